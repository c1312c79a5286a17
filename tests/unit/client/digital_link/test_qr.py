"""What is drawn says what it should, as a decoder by others reads it."""

import io

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from fairledger.digital_link.qr import SCALES, qr_png, qr_terminal

LINK = "https://shop.example/01/09521000001107/10/L%2F7/21/FP26100001"
SIGNED = f"{LINK}?kid=mCqGm1uT0yQf3nZ8&sig={'MEUCIQ-_' * 10}abcdef"


def read(picture: Image.Image) -> list[tuple[str, str]]:
    """Format and text of all codes in a picture."""
    return [(found.format.name, found.text) for found in zxingcpp.read_barcodes(picture.convert("L"))]


def drawn(text: str, scale: int = 8) -> Image.Image:
    return Image.open(io.BytesIO(qr_png(text, scale)))


@pytest.mark.parametrize("scale", [SCALES.start, 3, 8, 20])
@pytest.mark.parametrize("text", [LINK, SIGNED], ids=["plain", "signed"])
def test_a_code_is_read_as_the_link_that_it_was_drawn_for(text: str, scale: int) -> None:
    assert read(drawn(text, scale)) == [("QRCode", text)]


@settings(deadline=None, max_examples=50)
@given(st.text("ABCXYZabcxyz0189-._~%/?&=", min_size=1, max_size=300))
def test_every_link_can_be_read_again(tail: str) -> None:
    link = f"https://id.gs1.org/01/09521000001107/21/{tail}"
    assert read(drawn(link, 3)) == [("QRCode", link)]


def test_a_scratched_label_is_still_read() -> None:
    picture = drawn(SIGNED).convert("L")
    width, height = picture.size
    ImageDraw.Draw(picture).line((width * 0.25, height * 0.4, width * 0.8, height * 0.7), fill=255, width=8)
    assert read(picture) == [("QRCode", SIGNED)]


def test_a_terminal_shows_the_code_light_around_dark() -> None:
    lines = qr_terminal(LINK).splitlines()
    assert len(lines) * 2 >= drawn(LINK, 1).size[1]
