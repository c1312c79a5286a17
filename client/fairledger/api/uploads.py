"""One small file that a form sends (RFC 7578)."""

from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.policy import HTTP
from typing import Final

from fastapi import Request

from fairledger.api.problems import Problem

MULTIPART: Final = "multipart/form-data"
FILE_BYTES_MAX: Final = 256 * 1024


async def upload_of(request: Request) -> dict[str, bytes]:
    """The parts of a form with a file, by their names.

    Raises ``Problem``: REQUEST_MEDIA_TYPE, REQUEST_INVALID for what is no form or holds more than ``FILE_BYTES_MAX``.
    """
    media_type = request.headers.get("content-type", "")
    if media_type.partition(";")[0].strip().lower() != MULTIPART:
        raise Problem("REQUEST_MEDIA_TYPE", f"send {MULTIPART}")
    body = await request.body()
    if len(body) > FILE_BYTES_MAX:
        raise Problem("REQUEST_INVALID", f"send a file of at most {FILE_BYTES_MAX} bytes")
    head = f"Content-Type: {media_type}\r\n\r\n".encode("ascii", "replace")
    message = BytesParser(EmailMessage, policy=HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise Problem("REQUEST_INVALID", "send the page's form")
    return {name: content for part in message.iter_parts() for name, content in [_named(part)] if name}


def _named(part: MIMEPart) -> tuple[str, bytes]:
    name = part.get_param("name", "", header="content-disposition")
    content = part.get_payload(decode=True)
    return (name if isinstance(name, str) else ""), (content if isinstance(content, bytes) else b"")
