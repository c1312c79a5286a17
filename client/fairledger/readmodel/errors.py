"""What can go wrong in the read model.

ReadModelError
├── BlockError        a block, or a valid transaction in it, can't be understood
├── ProjectionError   a block is understood, but doesn't fit what is already projected
├── StoreError        the database is missing, of another version, or refuses
├── WaitError         a position was not reached in time
├── QueryError        a query asks for something that can't be asked
└── TrailError        money did not come from where it is said to
"""


class ReadModelError(Exception):
    """Base of the read model's errors: a stable ``code``, a message, and the ``remedy`` if there is one."""

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.remedy = remedy


class BlockError(ReadModelError):
    """A block can't be understood.

    Codes: BLOCK_MALFORMED (not a block), BLOCK_TRANSACTION (a valid transaction that can't be read).
    """


class ProjectionError(ReadModelError):
    """A block doesn't fit what is already projected.

    Codes: PROJECTION_GAP (a block is missing before this one), PROJECTION_CHAIN (it doesn't follow the last one
    projected: another chain), PROJECTION_RECORD (a ledger record that can't be read).
    """


class StoreError(ReadModelError):
    """The database can't be used.

    Codes: READMODEL_URL (where it is can't be understood), READMODEL_MISSING, READMODEL_VERSION (projected by another
    version of the tables), READMODEL_BUSY (somebody else holds the write lock), READMODEL_SQL (the database refused;
    ``lost`` when it could not be reached).
    """

    def __init__(self, code: str, message: str, remedy: str = "", *, lost: bool = False) -> None:
        super().__init__(code, message, remedy)
        self.lost = lost

    @property
    def passing(self) -> bool:
        """Whether the same may succeed a little later."""
        return self.lost or self.code == "READMODEL_BUSY"


class WaitError(ReadModelError):
    """A position was not reached.

    Codes: READMODEL_LAGS (not within the deadline), READMODEL_STOPPED (the projector has stopped).
    """


class QueryError(ReadModelError):
    """A query asks for something that can't be asked.

    Codes: QUERY_PARAMETER_UNKNOWN, QUERY_PARAMETER_REPEATED, QUERY_VALUE, QUERY_TOKEN (a
    page token that was not given for this query), QUERY_ORDER (orders and limits that contradict each other),
    QUERY_TOO_LARGE (more events than maxEventCount). ``parameter`` is the one concerned, or empty.
    """

    def __init__(self, code: str, message: str, parameter: str) -> None:
        super().__init__(code, message)
        self.parameter = parameter


class TrailError(ReadModelError):
    """No movements lead from an order or a payment to a note. Code: ESCROW_FREEZE_TRAIL, as the contract's."""
