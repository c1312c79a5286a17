"""Personal data of orders: sealed by the platform, kept, published, read under warrant, shown and purged."""

from fairledger.privacy.disclosure import Disclosure, check, disclose
from fairledger.privacy.errors import PrivacyError
from fairledger.privacy.keys import PrivateKey, key_id
from fairledger.privacy.sealing import OpenedField, open_field, seal_order

__all__ = [
    "Disclosure",
    "OpenedField",
    "PrivacyError",
    "PrivateKey",
    "check",
    "disclose",
    "key_id",
    "open_field",
    "seal_order",
]
