"""Sealing, opening, wrapping and showing: what opens what, and nothing else does."""

import base64
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairledger.privacy.disclosure import Disclosure, check, disclose
from fairledger.privacy.errors import PrivacyError
from fairledger.privacy.key_ring import KeyRing
from fairledger.privacy.keys import PrivateKey
from fairledger.privacy.opening import open_with
from fairledger.privacy.sealing import open_field, seal_order
from fairledger.privacy.wrapping import KEY_BYTES, unwrap, wrap
from fairledger_contracts.records.order_record import OrderRecord, Seal
from fairledger_contracts.records.personal_data import PersonalData, place_of
from fairledger_contracts.records.signatory import Signatory
from tests.support.privacy import facts

OWN, SERVICE, STRANGER = (PrivateKey.generate() for _ in range(3))
HOLDERS = [OWN.key.public_key(), SERVICE.key.public_key()]
names = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
records = st.dictionaries(names, texts, min_size=1, max_size=8)


def sealed(values: dict[str, str], order: str = "o-1") -> PersonalData:
    return seal_order("PlatformAMSP", order, "0001", values, HOLDERS)


def public(data: PersonalData) -> OrderRecord:
    signer = Signatory(msp_id="PlatformAMSP", id="x", role="service", gln="")
    seal = Seal(version=data.version, fields=data.names, root=data.root, private_sha256="0" * 64)
    told = facts(order=data.order)
    return OrderRecord(
        platform=data.platform,
        order=data.order,
        facts=told,
        seals=(seal,),
        published_at=told.ordered_at,
        recorder=signer,
    )


@given(records)
@settings(max_examples=20, deadline=None)
def test_whom_it_was_sealed_for_opens_it_and_nobody_else(values: dict[str, str]) -> None:
    data = sealed(values)
    for holder in (OWN, SERVICE):
        assert {name: field.value for name, field in open_with(KeyRing(holder), data).items()} == values
    with pytest.raises(PrivacyError, match="PRIVACY_UNWRAP"):
        open_with(KeyRing(STRANGER), data)


@given(records, st.data())
@settings(max_examples=20, deadline=None)
def test_any_fields_can_be_shown_and_prove_themselves(values: dict[str, str], draw: st.DataObject) -> None:
    data = sealed(values)
    shown = draw.draw(st.lists(st.sampled_from(sorted(values)), min_size=1, unique=True))
    disclosure = disclose(data, open_with(KeyRing(OWN), data), shown)
    again = Disclosure.model_validate_json(disclosure.model_dump_json())
    assert check(again, public(data)) == {name: values[name] for name in shown}


@given(records, st.data())
@settings(max_examples=20, deadline=None)
def test_a_wrong_value_salt_or_name_proves_nothing(values: dict[str, str], draw: st.DataObject) -> None:
    data = sealed(values)
    name = draw.draw(st.sampled_from(sorted(values)))
    disclosure = disclose(data, open_with(KeyRing(OWN), data), [name])
    field = disclosure.fields[name]
    wrong = [
        {name: field.model_copy(update={"value": field.value + "x"})},
        {name: field.model_copy(update={"salt": "00" * 32})},
        {f"{name}_": field},
    ]
    for fields in wrong:
        with pytest.raises(PrivacyError, match="PRIVACY_PROOF"):
            check(disclosure.model_copy(update={"fields": fields}), public(data))
    with pytest.raises(PrivacyError, match="PRIVACY_PROOF"):
        check(disclosure, public(sealed(values)))  # the same values with other salts
    with pytest.raises(PrivacyError, match="PRIVACY_PROOF"):
        check(disclosure, public(sealed(values, "o-2")))


@pytest.mark.parametrize("told", [("name",), ("name", "note"), ("name", "note", "phone"), ("phone", "zip")])
def test_a_field_that_the_public_record_does_not_name_or_names_elsewhere_proves_nothing(told: tuple[str, ...]) -> None:
    """A platform could commit to more than it tells of, or to two values of one field."""
    data = sealed({"name": "a", "phone": "b"})
    record = public(data)
    lying = record.model_copy(update={"seals": (record.seal.model_copy(update={"fields": told}),)})
    disclosure = disclose(data, open_with(KeyRing(OWN), data), ["phone"])
    assert check(disclosure, record) == {"phone": "b"}
    with pytest.raises(PrivacyError, match="PRIVACY_PROOF"):
        check(disclosure, lying)


def test_a_field_that_is_not_there_is_not_shown() -> None:
    data = sealed({"phone": "138"})
    with pytest.raises(PrivacyError, match="PRIVACY_FIELD"):
        disclose(data, open_with(KeyRing(OWN), data), ["phone", "name"])


def test_a_key_opens_its_own_field_in_its_own_place() -> None:
    data = sealed({"name": "a", "phone": "b"})
    place = place_of("PlatformAMSP", "o-1", "0001", "name")
    key = unwrap(base64.b64decode(data.fields["name"].keys[OWN.id]), OWN.key, place)
    assert open_field("name", data.fields["name"], key, place).value == "a"
    for name, other in (
        ("phone", place_of("PlatformAMSP", "o-1", "0001", "phone")),
        ("name", place_of("PlatformAMSP", "o-2", "0001", "name")),
        ("name", place_of("PlatformAMSP", "o-1", "0002", "name")),
        ("name", place_of("PlatformBMSP", "o-1", "0001", "name")),
    ):
        with pytest.raises(PrivacyError, match="PRIVACY_OPEN"):
            open_field(name, data.fields[name], key, other)


@given(st.integers(0, 112), st.integers(1, 255))
@settings(max_examples=30, deadline=None)
def test_a_wrapped_key_with_one_changed_byte_is_refused(position: int, change: int) -> None:
    wrapped = bytearray(wrap(bytes(KEY_BYTES), OWN.key.public_key(), b"place"))
    assert len(wrapped) == 113
    assert unwrap(bytes(wrapped), OWN.key, b"place") == bytes(KEY_BYTES)
    wrapped[position] ^= change
    with pytest.raises(PrivacyError, match="PRIVACY_UNWRAP"):
        unwrap(bytes(wrapped), OWN.key, b"place")


@pytest.mark.parametrize("wrapped", [b"", b"\x04", bytes(65), bytes(200)])
def test_what_is_no_wrapped_key_is_refused(wrapped: bytes) -> None:
    with pytest.raises(PrivacyError, match="PRIVACY_UNWRAP"):
        unwrap(wrapped, OWN.key, b"place")


def test_a_phone_number_can_not_be_guessed_from_what_is_public() -> None:
    data = sealed({"phone": "13800000042"})
    guesses = [f"138{number:08}" for number in range(100)]
    assert data.root not in {sha256(guess.encode()).hexdigest() for guess in guesses}
    assert data.root not in {
        sha256(b"\x00" + bytes(32) + b"\x00\x05phone" + guess.encode()).hexdigest() for guess in guesses
    }
    assert sealed({"phone": "13800000042"}).root != data.root


def test_names_and_numbers_look_alike_by_their_length() -> None:
    lengths = {len(sealed({"name": value}).fields["name"].ciphertext) for value in ("a", "b" * 60, "张" * 20)}
    assert len(lengths) == 1


@pytest.mark.parametrize("values", [{}, {"name": ""}, {"name": "x" * 4_097}, {"name": "\ud800"}])
def test_what_can_not_be_kept_is_refused_without_a_word_of_it(values: dict[str, str]) -> None:
    with pytest.raises(PrivacyError, match="PRIVACY_VALUE") as refused:
        sealed(values)
    assert "xxx" not in str(refused.value)


def test_pseudonyms_are_the_same_at_one_platform_and_unlinkable_across() -> None:
    assert OWN.pseudonym("zhang") == OWN.pseudonym("zhang")
    assert len({OWN.pseudonym("zhang"), OWN.pseudonym("li"), STRANGER.pseudonym("zhang"), OWN.capability("zhang")}) == 4
