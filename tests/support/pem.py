"""PEM of what no library would write."""

import base64


def pem(label: str, content: bytes) -> str:
    """``content`` in RFC 7468's armour."""
    return f"-----BEGIN {label}-----\n{base64.encodebytes(content).decode()}-----END {label}-----\n"
