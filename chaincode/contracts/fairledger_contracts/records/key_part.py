"""Names by which callers ask for records."""

from typing import Annotated, Final

from pydantic import Field

KEY_PART_LENGTH_MAX: Final = 300  # longer than any id or name that a record of these contracts has

# Whatever it is, no record may have it; but nobody has the ledger look for a book, or a refusal repeat it.
KeyPart = Annotated[str, Field(max_length=KEY_PART_LENGTH_MAX)]
