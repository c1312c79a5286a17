"""People who keep their key to themselves: what they are called here, and what signs for them, which is nothing."""

from typing import Final

from cryptography import x509

from fairledger.api.problems import Problem
from fairledger.identity import Identity

REMEDY: Final = "the key is yours alone: sign on a page of the desk, or by `fairledger sign`"


class OwnKey:
    """The ``Signer`` of a person whose key is elsewhere."""

    def sign(self, digest: bytes) -> bytes:
        """Raise ``Problem`` (KEY_IS_YOURS)."""
        del digest
        raise Problem("KEY_IS_YOURS", REMEDY)


def name_of(identity: Identity) -> str:
    """Enrolment id and MSP id: no name of a wallet's entry has that form, and no other person of the organisation."""
    (common_name,) = identity.certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return f"{common_name.value!s}/{identity.msp_id}"


def sign_in_text(organization: str, challenge: str) -> str:
    """What is signed to sign in. It begins as no proposal and no transaction can: "F" opens no field of theirs."""
    return f"Fairledger: sign in at {organization} by {challenge}"
