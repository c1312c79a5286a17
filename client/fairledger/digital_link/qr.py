"""QR codes (ISO/IEC 18004) of Digital Links, as pictures."""

import io
from typing import Final

import segno

ERROR_CORRECTION: Final = "m"  # 15 % may be lost: labels get scratched
QUIET_ZONE: Final = 4  # modules, as ISO/IEC 18004 asks
SCALES: Final = range(1, 41)  # pixels a module


def qr_svg(text: str, scale: int = 8) -> bytes:
    """``text`` as an SVG picture of ``scale`` pixels a module."""
    return _drawn(text, "svg", scale)


def qr_png(text: str, scale: int = 8) -> bytes:
    """``text`` as a PNG picture of ``scale`` pixels a module."""
    return _drawn(text, "png", scale)


def qr_terminal(text: str) -> str:
    """``text`` as a picture of half blocks with ANSI colours, for a terminal."""
    picture = io.StringIO()
    segno.make_qr(text, error=ERROR_CORRECTION, boost_error=False).terminal(picture, border=QUIET_ZONE, compact=True)
    return picture.getvalue()


def _drawn(text: str, kind: str, scale: int) -> bytes:
    picture = io.BytesIO()
    code = segno.make_qr(text, error=ERROR_CORRECTION, boost_error=False)
    code.save(picture, kind=kind, scale=scale, border=QUIET_ZONE, light="#ffffff")
    return picture.getvalue()
