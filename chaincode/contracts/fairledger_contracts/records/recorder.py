"""Who recorded events: the person behind a capture, with the certificate by which tags of theirs are checked."""

from fairledger_contracts.records.signatory import Signatory


class Recorder(Signatory):
    """``certificate`` is the one that signed, as PEM."""

    certificate: str
