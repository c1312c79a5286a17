"""Who signed an event, and when: right and wrong signatures, rotated secrets, and times."""

import base64
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger.provider.errors import ProviderError
from fairledger.provider.signature import ID, SIGNATURE, TIMESTAMP, key_of, new_secret, signed, verify

NOW = 1_780_000_000
BODY = b'{"type":"payout.failed"}'
OLD, NEW, OTHER = (f"whsec_{base64.b64encode(bytes([number]) * 32).decode()}" for number in (1, 2, 3))
IDS = st.text(string.ascii_letters + string.digits + "_-", min_size=1, max_size=100)
SECRETS = st.binary(min_size=24, max_size=64).map(lambda key: f"whsec_{base64.b64encode(key).decode()}")


def refused(headers: dict[str, str], *, body: bytes = BODY, now_s: float = NOW, by: tuple[str, ...] = (NEW,)) -> str:
    with pytest.raises(ProviderError) as caught:
        verify(by, headers, body, now_s)
    return caught.value.code


def test_a_signature_is_the_one_of_the_specification() -> None:
    # computed with: printf %s 'evt_1.1780000000.{"type":"payout.failed"}' | openssl dgst -sha256 -mac hmac
    #   -macopt hexkey:0202…02 -binary | base64
    assert signed((NEW,), "evt_1", BODY, NOW) == {
        ID: "evt_1",
        TIMESTAMP: "1780000000",
        SIGNATURE: "v1,E7QuseSkUsgBVHbpiEQXCY9tV5jFFqcNDucY011ywv8=",
    }


def test_an_event_is_known_by_any_secret_in_use() -> None:
    by_old, by_both = signed((OLD,), "evt_1", BODY, NOW), signed((NEW, OLD), "evt_1", BODY, NOW)
    assert verify((NEW, OLD), by_old, BODY, NOW) == "evt_1"
    assert verify((OLD,), by_both, BODY, NOW) == "evt_1"
    assert verify((NEW,), by_both, BODY, NOW) == "evt_1"
    assert refused(by_old) == "PROVIDER_SIGNATURE"  # once it is retired
    assert refused(by_both, by=(OTHER,)) == "PROVIDER_SIGNATURE"


@pytest.mark.parametrize("signature", ["v1,", "v1a,{}", "{}", "v2,{}", "v1,{}=", "v1,x{}", "v1,ü", "V1,{}"])
def test_other_signatures_are_refused(signature: str) -> None:
    headers = signed((NEW,), "evt_1", BODY, NOW)
    spoilt = signature.format(headers[SIGNATURE].removeprefix("v1,"))
    assert refused({**headers, SIGNATURE: spoilt}) == "PROVIDER_SIGNATURE"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (ID, ""),
        (ID, "a.b"),
        (ID, "a b"),
        (ID, "a" * 101),
        (ID, "../x"),
        (TIMESTAMP, ""),
        (TIMESTAMP, "-5"),
        (TIMESTAMP, "1.5"),
        (TIMESTAMP, "1" * 13),
        (TIMESTAMP, "２"),
        (SIGNATURE, ""),
        (SIGNATURE, " ".join(["v1,x"] * 9)),
    ],
)
def test_headers_have_their_form(name: str, value: str) -> None:
    headers = {**signed((NEW,), "evt_1", BODY, NOW), name: value}
    assert refused(headers) == "PROVIDER_HEADER"
    del headers[name]
    assert refused(headers) == "PROVIDER_HEADER"


def test_what_was_signed_long_ago_or_in_the_future_is_refused() -> None:
    headers = signed((NEW,), "evt_1", BODY, NOW)
    for now_s in (NOW - 300.0, NOW + 300.0):
        assert verify((NEW,), headers, BODY, now_s) == "evt_1"
    for now_s in (NOW - 300.5, NOW + 300.5):
        assert refused(headers, now_s=now_s) == "PROVIDER_TIMESTAMP"


@given(IDS, st.binary(max_size=200), st.integers(0, 10**11), SECRETS)
def test_what_is_signed_is_known_again(event_id: str, body: bytes, now_s: int, secret: str) -> None:
    assert verify((secret,), signed((secret,), event_id, body, now_s), body, now_s) == event_id


@given(IDS, st.binary(max_size=50), st.data())
def test_any_change_is_noticed(event_id: str, body: bytes, data: st.DataObject) -> None:
    headers = signed((NEW,), event_id, body, NOW)
    other_id, other_body = data.draw(IDS), data.draw(st.binary(max_size=50))
    other_time = data.draw(st.integers(NOW - 300, NOW + 300))
    changed = {**headers, ID: other_id, TIMESTAMP: str(other_time)}
    if (other_id, other_body, other_time) == (event_id, body, NOW):
        assert verify((NEW,), changed, other_body, NOW) == event_id
    else:
        assert refused(changed, body=other_body) == "PROVIDER_SIGNATURE"


@given(SECRETS, SECRETS)
def test_another_key_is_another_signature(one: str, other: str) -> None:
    headers = signed((one,), "evt_1", BODY, NOW)
    if one != other:
        assert refused(headers, by=(other,)) == "PROVIDER_SIGNATURE"


def test_secrets_are_long_and_never_twice_the_same() -> None:
    assert len(key_of(new_secret())) == 32
    assert new_secret() != new_secret()


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_AAAA", "whsec_*" + "A" * 43, "A" * 44, f"whsec_{'A' * 88}"])
def test_what_is_no_secret_is_refused(secret: str) -> None:
    with pytest.raises(ProviderError) as caught:
        key_of(secret)
    assert caught.value.code == "PROVIDER_FILE"
    assert "AAA" not in str(caught.value)
