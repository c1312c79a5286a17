"""What a scanned tag is worth: whether who made the goods signed it."""

from sqlalchemy import Connection

from fairledger.digital_link.errors import DigitalLinkError
from fairledger.digital_link.link import DigitalLink
from fairledger.readmodel.lineage import licence_of
from fairledger.readmodel.registers import recorder_key
from fairledger.tags.errors import TagError
from fairledger.tags.tag import Tag
from fairledger_contracts.lineage.grade import Check, Finding, Outcome
from fairledger_contracts.lineage.history import History
from fairledger_contracts.records.signatory import Party


def check_tag(connection: Connection, scanned: str, history: History) -> Finding:
    """What the link that was scanned shows of the goods that ``history`` tells.

    Codes: SIGNED_BY_MAKER; UNSIGNED (also for what is no Digital Link); TAG_MALFORMED, KEY_UNKNOWN (nobody recorded
    events with that key), FORGED (the signature does not fit), SIGNED_BY_ANOTHER (it does, but they did not make it).
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
    return _found(Outcome.SHOWN, "SIGNED_BY_MAKER")


def _makers(connection: Connection, history: History) -> set[Party]:
    """Who may sign: who recorded the making, and who holds the licence for the goods' key."""
    commissioned = {
        event for finding in history.findings if finding.check == Check.COMMISSIONED for event in finding.events
    }
    makers = {leg.recorder.party for leg in history.legs if leg.event_id in commissioned and not leg.carrier}
    licence = licence_of(connection, history.item)
    if licence is not None and licence.holders[-1].gln:
        makers.add(licence.holders[-1].party)
    return makers


def _found(outcome: Outcome, code: str) -> Finding:
    return Finding(check=Check.TAG, outcome=outcome, code=code)
