"""A sorted store of versioned values."""

from hypothesis import given
from hypothesis import strategies as st

from fairledger_chaincode.simulator.store import VersionedStore, VersionedValue
from fairledger_chaincode.simulator.version import Version, text

keys = st.text(max_size=3)
changes = st.lists(st.tuples(keys, st.booleans()), max_size=30)


def store_of(changes: list[tuple[str, bool]]) -> tuple[VersionedStore[str], dict[str, VersionedValue]]:
    """Apply puts and deletes both to a store and to a plain dictionary."""
    store: VersionedStore[str] = VersionedStore()
    model: dict[str, VersionedValue] = {}
    for number, (key, is_put) in enumerate(changes):
        if is_put:
            model[key] = VersionedValue(b"v", Version(1, number))
            store.put(key, model[key])
        else:
            model.pop(key, None)
            store.delete(key)
    return store, model


@given(changes, keys)
def test_it_holds_what_a_dictionary_would(changes: list[tuple[str, bool]], key: str) -> None:
    store, model = store_of(changes)

    assert store.get(key) == model.get(key)
    assert store.version(key) == (model[key].version if key in model else None)
    assert len(store) == len(model)
    assert dict(store.items()) == model


@given(changes, keys, keys, st.booleans())
def test_a_scan_is_every_key_between_in_byte_order(
    changes: list[tuple[str, bool]], start: str, end: str, include_end: bool
) -> None:
    store, model = store_of(changes)

    def inside(key: str) -> bool:
        low, here, high = (part.encode() for part in (start, key, end))
        return low <= here and (here < high or (include_end and here == high) or (not high and not include_end))

    expected = sorted((key for key in model if inside(key)), key=str.encode)
    assert [key for key, _ in store.scan(start, end, include_end=include_end)] == expected


def test_versions_are_spelt_as_the_peer_spells_them() -> None:
    assert text(Version(7, 2)) == "{BlockNum: 7, TxNum: 2}"
    assert text(None) == "<nil>"


def test_later_blocks_and_positions_have_greater_versions() -> None:
    assert Version(1, 9) < Version(2, 0) < Version(2, 1)
