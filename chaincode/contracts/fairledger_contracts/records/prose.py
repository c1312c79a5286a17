"""What people write in their own words, such as reasons and titles: any text that every store and page can hold."""

from typing import Final

# No control characters but tab and ends of lines; nor U+10FFFF, which is reserved in keys and means nothing in text.
_CHARACTER: Final = "[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\U0010ffff]"
PROSE: Final = f"^{_CHARACTER}+$"
PROSE_OR_NOTHING: Final = f"^{_CHARACTER}*$"
