"""What a scanned tag is worth: whether who made the goods signed it."""

from sqlalchemy import Connection, exists, select

from fairledger.digital_link.errors import DigitalLinkError
from fairledger.digital_link.link import DigitalLink
from fairledger.readmodel.lineage import licence_of
from fairledger.readmodel.registers import recorder_key
from fairledger.readmodel.revocations import revocation_of
from fairledger.readmodel.tables import events
from fairledger.tags.errors import TagError
from fairledger.tags.tag import Tag
from fairledger_contracts.lineage.grade import Check, Finding, Outcome
from fairledger_contracts.lineage.history import History, ToldLeg
from fairledger_contracts.records.signatory import Party


def check_tag(connection: Connection, scanned: str, history: History) -> Finding:
    """What the link that was scanned shows of the goods that ``history`` tells.

    Codes: SIGNED_BY_MAKER, with the day ``revoked`` where the key was revoked since; UNSIGNED (also for no Digital
    Link); TAG_MALFORMED, KEY_UNKNOWN (nobody recorded events with that key), FORGED (the signature does not fit),
    SIGNED_BY_ANOTHER (it does, but they did not make it), KEY_REVOKED (before the ledger had the goods).
    """
    try:
        tag = Tag.read(DigitalLink.parse(scanned))
    except DigitalLinkError:
        return _found(Outcome.MISSING, "UNSIGNED")
    except TagError:
        return _found(Outcome.CONTRADICTED, "TAG_MALFORMED")
    return _of_signature(connection, tag, history) if tag.is_signed else _found(Outcome.MISSING, "UNSIGNED")


def _of_signature(connection: Connection, tag: Tag, history: History) -> Finding:
    key = recorder_key(connection, tag.key_id)
    if key is None:
        return _found(Outcome.CONTRADICTED, "KEY_UNKNOWN")
    if not tag.is_signed_by(key.certificate):
        return _found(Outcome.CONTRADICTED, "FORGED")
    if key.party not in _makers(connection, history):
        return _found(Outcome.CONTRADICTED, "SIGNED_BY_ANOTHER")
    revocation = revocation_of(connection, key.party.msp_id, key.certificate)
    if revocation is None:
        return _found(Outcome.SHOWN, "SIGNED_BY_MAKER")
    day = f"{revocation.at:%Y-%m-%d}"
    if not _is_made_before(connection, history, revocation.block_number):
        return _found(Outcome.CONTRADICTED, "KEY_REVOKED", revoked=day)
    return _found(Outcome.SHOWN, "SIGNED_BY_MAKER", revoked=day)


def _is_made_before(connection: Connection, history: History, block_number: int) -> bool:
    """Whether the goods' making stood on the ledger before a block.

    A signature has no time that anybody could check. Who got hold of a key can still sign for goods that were recorded
    before its revocation, which is worth no more than a copy of their tag, but can bring in no others.
    """
    making = [leg.digest for leg in _makings(history)]
    query = select(exists().where(events.c.digest.in_(making), events.c.block_number < block_number))
    return bool(connection.execute(query).scalar_one())


def _makers(connection: Connection, history: History) -> set[Party]:
    """Who may sign: who recorded the making, and who holds the licence for the goods' key."""
    makers = {leg.recorder.party for leg in _makings(history)}
    licence = licence_of(connection, history.item)
    if licence is not None and licence.holder is not None:
        makers.add(licence.holder.party)
    return makers


def _makings(history: History) -> list[ToldLeg]:
    made = history.commissioned_by
    return [leg for leg in history.legs if leg.event_id in made and not leg.carrier]


def _found(outcome: Outcome, code: str, **values: str) -> Finding:
    return Finding(check=Check.TAG, outcome=outcome, code=code, values=tuple(values.items()))
