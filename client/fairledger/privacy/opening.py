"""Opening what is kept with the keys of somebody it was sealed for."""

import base64

from fairledger.privacy.errors import PrivacyError
from fairledger.privacy.key_ring import KeyRing
from fairledger.privacy.sealing import OpenedField, open_field
from fairledger.privacy.wrapping import unwrap
from fairledger_contracts.records.personal_data import PersonalData, place_of


def open_with(keys: KeyRing, data: PersonalData) -> dict[str, OpenedField]:
    """All fields, by name. Raises ``PrivacyError`` (PRIVACY_UNWRAP, PRIVACY_OPEN)."""
    opened = {}
    for name, sealed in data.fields.items():
        holder = keys.held_of(sealed.keys)
        if holder is None:
            raise PrivacyError("PRIVACY_UNWRAP", f"{name} was not sealed for this key")
        place = place_of(data.platform, data.order, data.version, name)
        key = unwrap(base64.b64decode(sealed.keys[holder.id]), holder.key, place)
        opened[name] = open_field(name, sealed, key, place)
    return opened
