"""The one table of what can go wrong in a request: stable code, HTTP status, and what the code means.

A contract's refusals keep their own codes (TRACE_…), and so do failures between the service and its peer (GATEWAY_…,
CHAINCODE_…); this table says which HTTP status they become.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

EPCIS_EXCEPTION: Final = "epcisException:"  # the problem types of EPCIS 2.0's REST binding


@dataclass(frozen=True)
class Meaning:
    """What a code means: the HTTP status, the title shown with it, and the EPCIS exception that it is one of."""

    status: HTTPStatus
    title: str
    exception: str = "ImplementationException"

    @property
    def type_uri(self) -> str:
        """The problem's ``type``."""
        return EPCIS_EXCEPTION + self.exception


_VALIDATION: Final = "ValidationException"
_PARAMETER: Final = "QueryParameterException"
_SECURITY: Final = "SecurityException"
_NAME: Final = "NoSuchNameException"

MEANINGS: Final[dict[str, Meaning]] = {
    # the request itself
    "REQUEST_INVALID": Meaning(HTTPStatus.BAD_REQUEST, "The request is not as described", _VALIDATION),
    "REQUEST_HEADER": Meaning(HTTPStatus.BAD_REQUEST, "A header has a value that is not known", _VALIDATION),
    "REQUEST_NOT_FOUND": Meaning(HTTPStatus.NOT_FOUND, "There is no such resource", _NAME),
    "REQUEST_METHOD": Meaning(HTTPStatus.METHOD_NOT_ALLOWED, "The resource does not know this method", _VALIDATION),
    "REQUEST_NOT_ACCEPTABLE": Meaning(
        HTTPStatus.NOT_ACCEPTABLE, "The service does not speak this version or format", "NotAcceptableException"
    ),
    "REQUEST_MEDIA_TYPE": Meaning(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body is of another type", "UnsupportedMediaTypeException"
    ),
    "REQUEST_TOO_LARGE": Meaning(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large", "CaptureLimitExceededException"
    ),
    "REQUEST_URI_TOO_LONG": Meaning(HTTPStatus.REQUEST_URI_TOO_LONG, "The URI is too long", "URITooLongException"),
    "FORM_FOREIGN": Meaning(HTTPStatus.FORBIDDEN, "The form comes from another site", _SECURITY),
    # who asks
    "TOKEN_MISSING": Meaning(HTTPStatus.UNAUTHORIZED, "A bearer token is needed", _SECURITY),
    "TOKEN_INVALID": Meaning(HTTPStatus.UNAUTHORIZED, "The token is not valid here", _SECURITY),
    "TOKEN_EXPIRED": Meaning(HTTPStatus.UNAUTHORIZED, "The token has expired", _SECURITY),
    # keys that people keep to themselves
    "KEY_IS_YOURS": Meaning(HTTPStatus.FORBIDDEN, "Only your own key signs for you", _SECURITY),
    "SIGNING_FUNCTION": Meaning(HTTPStatus.FORBIDDEN, "The service does not pass on this call", _SECURITY),
    "SIGNING_CERTIFICATE": Meaning(HTTPStatus.FORBIDDEN, "The certificate is not a member's of the channel", _SECURITY),
    "SIGNING_SIGNATURE": Meaning(HTTPStatus.FORBIDDEN, "The signature is not the certificate's", _SECURITY),
    "SIGNING_CHALLENGE": Meaning(HTTPStatus.UNAUTHORIZED, "The challenge is not valid here", _SECURITY),
    "ENROLMENT_REQUEST": Meaning(HTTPStatus.BAD_REQUEST, "The certificate request can't be taken", _VALIDATION),
    "ENROLMENT_NONE": Meaning(HTTPStatus.NOT_FOUND, "The service certifies no keys", _NAME),
    "ENROLMENT_DENIED": Meaning(HTTPStatus.FORBIDDEN, "The organisation's CA does not know the secret", _SECURITY),
    "ENROLMENT_REFUSED": Meaning(HTTPStatus.BAD_GATEWAY, "The organisation's CA refuses"),
    "ENROLMENT_UNREACHABLE": Meaning(HTTPStatus.SERVICE_UNAVAILABLE, "The organisation's CA can't be reached"),
    # whether it was asked before, and how often
    "RATE_LIMITED": Meaning(HTTPStatus.TOO_MANY_REQUESTS, "Too many requests"),
    "IDEMPOTENCY_KEY_INVALID": Meaning(HTTPStatus.BAD_REQUEST, "The idempotency key is no key", _VALIDATION),
    "IDEMPOTENCY_KEY_REUSED": Meaning(
        HTTPStatus.CONFLICT, "The idempotency key belongs to another request", _VALIDATION
    ),
    "IDEMPOTENCY_IN_PROGRESS": Meaning(HTTPStatus.CONFLICT, "The same request is under way"),
    "IDEMPOTENCY_LOST": Meaning(HTTPStatus.SERVICE_UNAVAILABLE, "The request was given up"),
    "IDEMPOTENCY_UNREADABLE": Meaning(HTTPStatus.CONFLICT, "The answer can't be read any more"),
    # capture
    "CAPTURE_UNKNOWN": Meaning(HTTPStatus.NOT_FOUND, "There is no such capture job", _NAME),
    "CAPTURE_LIMIT": Meaning(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Too many events for one capture", "CaptureLimitExceededException"
    ),
    "CAPTURE_UNFINISHED": Meaning(HTTPStatus.GATEWAY_TIMEOUT, "The event is not on the ledger yet"),
    "EVENT_EXISTS": Meaning(HTTPStatus.CONFLICT, "The event exists already", "ResourceAlreadyExistsException"),
    "CAPTURE_BUSY": Meaning(HTTPStatus.SERVICE_UNAVAILABLE, "Too many captures are under way"),
    "CAPTURE_INTERRUPTED": Meaning(HTTPStatus.SERVICE_UNAVAILABLE, "The capture did not come to an end"),
    "WRITE_UNCERTAIN": Meaning(HTTPStatus.GATEWAY_TIMEOUT, "The ledger has not told whether it took effect"),
    # query
    "LINK_TYPE_UNKNOWN": Meaning(HTTPStatus.NOT_FOUND, "There is no such link", _NAME),
    "BLOCK_UNKNOWN": Meaning(HTTPStatus.NOT_FOUND, "There is no such block", _NAME),
    "RESOURCE_UNKNOWN": Meaning(HTTPStatus.NOT_FOUND, "No event names this", _NAME),
    "EVENT_UNKNOWN": Meaning(HTTPStatus.NOT_FOUND, "There is no such event", _NAME),
    "QUERY_PARAMETER_UNKNOWN": Meaning(HTTPStatus.BAD_REQUEST, "There is no such query parameter", _PARAMETER),
    "QUERY_PARAMETER_REPEATED": Meaning(HTTPStatus.BAD_REQUEST, "A query parameter stands twice", _PARAMETER),
    "QUERY_VALUE": Meaning(HTTPStatus.BAD_REQUEST, "A query parameter has a value it can't have", _PARAMETER),
    "QUERY_TOKEN": Meaning(HTTPStatus.BAD_REQUEST, "The page token is not valid", _PARAMETER),
    "QUERY_ORDER": Meaning(HTTPStatus.BAD_REQUEST, "Query parameters contradict each other", _PARAMETER),
    "QUERY_TOO_LARGE": Meaning(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The query has too many answers", "QueryTooLargeException"
    ),
    # the service's own parts
    "SERVICE_NOT_READY": Meaning(HTTPStatus.SERVICE_UNAVAILABLE, "The service can't answer now"),
    "SERVICE_INTERNAL": Meaning(HTTPStatus.INTERNAL_SERVER_ERROR, "The service failed"),
    "ITEM_UNKNOWN": Meaning(HTTPStatus.NOT_FOUND, "There are no such goods", _NAME),
    "DOCUMENT_EMPTY": Meaning(HTTPStatus.BAD_REQUEST, "The document is empty", _VALIDATION),
    "DOCUMENT_TOO_LARGE": Meaning(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The document is too large", _VALIDATION),
    "DOCUMENT_UNKNOWN": Meaning(HTTPStatus.NOT_FOUND, "There is no such document", _NAME),
    "DOCUMENT_DAMAGED": Meaning(HTTPStatus.BAD_GATEWAY, "The stored document is not the anchored one"),
    "DOCUMENT_IO": Meaning(HTTPStatus.SERVICE_UNAVAILABLE, "The store of documents can't be used"),
    "READMODEL_BUSY": Meaning(HTTPStatus.SERVICE_UNAVAILABLE, "The read model is busy"),
    # the contract
    "TRACE_ROLE_DENIED": Meaning(HTTPStatus.FORBIDDEN, "The ledger refuses this person", _SECURITY),
    "TRACE_RECALL_DENIED": Meaning(HTTPStatus.FORBIDDEN, "The ledger refuses this person", _SECURITY),
    "TRACE_RECALL_UNKNOWN": Meaning(HTTPStatus.NOT_FOUND, "There is no such recall", _NAME),
    "TRACE_RECALL_ENDED": Meaning(HTTPStatus.CONFLICT, "The recall has ended already"),
    "TRACE_LICENCE_HELD": Meaning(HTTPStatus.CONFLICT, "The business holds this licence already"),
    "TRACE_DOCUMENT_TOO_LARGE": Meaning(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The document is too large", "CaptureLimitExceededException"
    ),
    # escrow
    "ESCROW_ROLE_DENIED": Meaning(HTTPStatus.FORBIDDEN, "The ledger refuses this person", _SECURITY),
    "ESCROW_DENIED": Meaning(HTTPStatus.FORBIDDEN, "The ledger refuses this person", _SECURITY),
    "ESCROW_NOTE_NOT_YOURS": Meaning(HTTPStatus.FORBIDDEN, "The note is somebody else's", _SECURITY),
    "ESCROW_NOT_LICENSED": Meaning(HTTPStatus.FORBIDDEN, "No licence of the association covers this", _SECURITY),
    "ESCROW_LICENCE_UNKNOWN": Meaning(HTTPStatus.NOT_FOUND, "There is no such licence", _NAME),
    "ESCROW_PLATFORM_NO_MEMBER": Meaning(HTTPStatus.FORBIDDEN, "The platform is no member", _SECURITY),
    "ESCROW_PLATFORM_SUSPENDED": Meaning(HTTPStatus.FORBIDDEN, "The platform is suspended", _SECURITY),
    "ESCROW_ORDER_UNKNOWN": Meaning(HTTPStatus.NOT_FOUND, "There is no such order", _NAME),
    "ESCROW_LISTING_UNKNOWN": Meaning(HTTPStatus.NOT_FOUND, "There is no such listing", _NAME),
    "ESCROW_PAYOUT_UNKNOWN": Meaning(HTTPStatus.NOT_FOUND, "There is no such payout", _NAME),
    "ESCROW_PAYMENT_UNKNOWN": Meaning(HTTPStatus.NOT_FOUND, "There is no such payment", _NAME),
    "ESCROW_FREEZE_UNKNOWN": Meaning(HTTPStatus.NOT_FOUND, "There is no such freeze", _NAME),
    **{
        code: Meaning(HTTPStatus.CONFLICT, title)
        for code, title in (
            ("ESCROW_NOTE_UNKNOWN", "The note is spent, or never was"),
            ("ESCROW_NOTE_FROZEN", "The note is frozen"),
            ("ESCROW_NOTE_LOCKED", "An order under way holds the note"),
            ("ESCROW_FREEZE_OVER", "The freeze is over"),
            ("ESCROW_LICENCE_HELD", "The party has this licence already"),
            ("ESCROW_LICENCE_OVER", "The licence has ended already"),
            ("ESCROW_WRONG_STATE", "The order is in another state"),
            ("ESCROW_TOO_LATE", "The deadline has passed"),
            ("ESCROW_NOT_DUE", "Nothing is due yet"),
            ("ESCROW_REFERENCE_USED", "The payment counted already"),
            ("ESCROW_LISTING_WITHDRAWN", "The listing is withdrawn"),
            ("ESCROW_STANDARD_OUTDATED", "Another standard is in force"),
            ("ESCROW_STANDARD_UNKNOWN", "No such standard is in force"),
            ("ESCROW_STANDARD_INCOMPLETE", "The standard lacks a number"),
            ("ESCROW_ITEM_BOUND", "The thing belongs to another order"),
            ("ESCROW_PARCEL_USED", "The parcel belongs to another order"),
            ("ESCROW_PROPOSALS", "There are too many proposals"),
            ("ESCROW_PROPOSAL_OTHER", "The last proposal is another one"),
            ("ESCROW_VOTED", "The officer has voted"),
            ("ESCROW_TAG_READ", "The tag has been read"),
            ("ESCROW_EVIDENCE_MUCH", "As much was told as counts"),
            ("ESCROW_CLAIMED", "The buyer has complained already"),
        )
    },
    # personal data
    "PRIVACY_ROLE_DENIED": Meaning(HTTPStatus.FORBIDDEN, "The ledger refuses this person", _SECURITY),
    "PRIVACY_CORRECTION_DENIED": Meaning(HTTPStatus.FORBIDDEN, "The platform's officers decide corrections", _SECURITY),
    "PRIVACY_PLATFORM_NO_MEMBER": Meaning(HTTPStatus.FORBIDDEN, "The platform is no member", _SECURITY),
    "PRIVACY_PLATFORM_SUSPENDED": Meaning(HTTPStatus.FORBIDDEN, "The platform is suspended", _SECURITY),
    "PRIVACY_READER": Meaning(HTTPStatus.FORBIDDEN, "The reading is another officer's", _SECURITY),
    "PRIVACY_SIGNATURE": Meaning(HTTPStatus.FORBIDDEN, "The reader did not sign this", _SECURITY),
    "PRIVACY_CAPABILITY": Meaning(HTTPStatus.FORBIDDEN, "The secret is not this order's", _SECURITY),
    "PRIVACY_WARRANT_OWN": Meaning(HTTPStatus.FORBIDDEN, "A warrant is confirmed by another", _SECURITY),
    "PRIVACY_WARRANT_UNCONFIRMED": Meaning(HTTPStatus.FORBIDDEN, "The warrant does not permit it", _SECURITY),
    "PRIVACY_WARRANT_EARLY": Meaning(HTTPStatus.FORBIDDEN, "The warrant does not permit it", _SECURITY),
    "PRIVACY_WARRANT_EXPIRED": Meaning(HTTPStatus.FORBIDDEN, "The warrant does not permit it", _SECURITY),
    "PRIVACY_WARRANT_ENDED": Meaning(HTTPStatus.FORBIDDEN, "The warrant does not permit it", _SECURITY),
    "PRIVACY_WARRANT_PLATFORM": Meaning(HTTPStatus.FORBIDDEN, "The warrant does not permit it", _SECURITY),
    "PRIVACY_WARRANT_SUBJECT": Meaning(HTTPStatus.FORBIDDEN, "The warrant does not permit it", _SECURITY),
    "PRIVACY_WARRANT_FIELDS": Meaning(HTTPStatus.FORBIDDEN, "The warrant does not permit it", _SECURITY),
    "PRIVACY_ORDER_UNKNOWN": Meaning(HTTPStatus.NOT_FOUND, "There is no such order", _NAME),
    "PRIVACY_DATA_UNKNOWN": Meaning(HTTPStatus.NOT_FOUND, "There are no such personal data", _NAME),
    "PRIVACY_CORRECTION_UNKNOWN": Meaning(HTTPStatus.NOT_FOUND, "No such correction is asked for", _NAME),
    "PRIVACY_READ_UNKNOWN": Meaning(HTTPStatus.NOT_FOUND, "There is no such reading", _NAME),
    "PRIVACY_WARRANT_UNKNOWN": Meaning(HTTPStatus.NOT_FOUND, "There is no such warrant", _NAME),
    "PRIVACY_NO_KEY_SERVICE": Meaning(HTTPStatus.NOT_FOUND, "This is not the key service", _NAME),
    "PRIVACY_ORDER_EXISTS": Meaning(HTTPStatus.CONFLICT, "The order is published already"),
    "PRIVACY_KEPT": Meaning(HTTPStatus.CONFLICT, "Other data are kept already"),
    "PRIVACY_VERSION": Meaning(HTTPStatus.CONFLICT, "Another version is next"),
    "PRIVACY_NOT_KEPT": Meaning(HTTPStatus.CONFLICT, "The personal data are not kept"),
    "PRIVACY_PUBLISHED": Meaning(HTTPStatus.CONFLICT, "The order is published already"),
    "PRIVACY_RETAINED": Meaning(HTTPStatus.CONFLICT, "The law has the platform keep them"),
    "PRIVACY_WARRANT_CONFIRMED": Meaning(HTTPStatus.CONFLICT, "The warrant is confirmed already"),
    "PRIVACY_RELEASED": Meaning(HTTPStatus.CONFLICT, "The reading had its keys"),
    "PRIVACY_UNFINISHED": Meaning(HTTPStatus.SERVICE_UNAVAILABLE, "The order is on its way already"),
    "PRIVACY_PURGED": Meaning(HTTPStatus.GONE, "The personal data were purged", _NAME),
    "PRIVACY_KEY_UNKNOWN": Meaning(HTTPStatus.CONFLICT, "The key service has offered no key"),
    "PRIVACY_KEY_SERVICE_AWAY": Meaning(HTTPStatus.SERVICE_UNAVAILABLE, "The key service does not answer"),
    "PRIVACY_KEY_FILE": Meaning(HTTPStatus.INTERNAL_SERVER_ERROR, "The service's key can't be used"),
    # payment providers
    "PROVIDER_SIGNATURE": Meaning(HTTPStatus.FORBIDDEN, "The provider did not sign this", _SECURITY),
    "PROVIDER_TIMESTAMP": Meaning(HTTPStatus.FORBIDDEN, "The event was not signed lately", _SECURITY),
    "PROVIDER_UNKNOWN": Meaning(HTTPStatus.NOT_FOUND, "There is no such payment provider", _NAME),
    "PROVIDER_EVENT_CHANGED": Meaning(HTTPStatus.CONFLICT, "The event was told otherwise before", _VALIDATION),
    "PROVIDER_EVENT_UNFINISHED": Meaning(HTTPStatus.SERVICE_UNAVAILABLE, "The event is kept, and under way"),
    "PROVIDER_FILE": Meaning(HTTPStatus.INTERNAL_SERVER_ERROR, "The provider's secrets can't be used"),
    # between the service and the ledger
    "CHAINCODE_ARGUMENTS": Meaning(HTTPStatus.BAD_REQUEST, "The document can't be read", _VALIDATION),
    "CHAINCODE_ARGUMENT_TOO_LARGE": Meaning(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The document is too large", "CaptureLimitExceededException"
    ),
    "GATEWAY_MALFORMED": Meaning(HTTPStatus.BAD_REQUEST, "The bytes are not what they should be", _VALIDATION),
    "GATEWAY_DENIED": Meaning(HTTPStatus.FORBIDDEN, "The peer refuses this person's certificate", _SECURITY),
    "GATEWAY_COMMITTED_INVALID": Meaning(HTTPStatus.CONFLICT, "The transaction was committed as invalid"),
    "GATEWAY_DEADLINE": Meaning(HTTPStatus.GATEWAY_TIMEOUT, "The ledger did not answer in time"),
    "GATEWAY_ENDORSERS_DISAGREE": Meaning(HTTPStatus.BAD_GATEWAY, "The organisations' peers disagree"),
}

_RULES: Final = ("DISCLOSURE_", "SUPERVISION_")
_ENDINGS: Final = (  # by which the codes of disclosure and supervision tell what kind of refusal they are
    (
        ("_DENIED", "_RECEIPT", "_NOT_LICENSED"),
        Meaning(HTTPStatus.FORBIDDEN, "The ledger refuses this person", _SECURITY),
    ),
    (("_UNKNOWN",), Meaning(HTTPStatus.NOT_FOUND, "The ledger has no such record", _NAME)),
    (
        (
            "_STATE",
            "_NOT_DUE",
            "_TOO_LATE",
            "_TOO_EARLY",
            "_FILED",
            "_CLOSED",
            "_OPEN",
            "_VOTED",
            "_ENROLLED",
            "_SUSPENDED",
            "_SANCTIONED",
            "_LATE_ALREADY",
        ),
        Meaning(HTTPStatus.CONFLICT, "The ledger is not in the state for that"),
    ),
)

_FAMILIES: Final = (  # for codes that have no line of their own
    ("PRIVACY_", Meaning(HTTPStatus.BAD_REQUEST, "The request about personal data can't be met", _VALIDATION)),
    ("PROVIDER_", Meaning(HTTPStatus.BAD_REQUEST, "The event is not as described", _VALIDATION)),
    ("TRACE_", Meaning(HTTPStatus.BAD_REQUEST, "The ledger refuses the document", _VALIDATION)),
    ("ESCROW_", Meaning(HTTPStatus.BAD_REQUEST, "The ledger refuses the request", _VALIDATION)),
    *((rules, Meaning(HTTPStatus.BAD_REQUEST, "The ledger refuses this", _VALIDATION)) for rules in _RULES),
    ("LINK_", Meaning(HTTPStatus.BAD_REQUEST, "The address is no valid GS1 Digital Link", _PARAMETER)),
    ("CAPTURE_", Meaning(HTTPStatus.BAD_REQUEST, "The document can't be captured", _VALIDATION)),
    ("CHAINCODE_", Meaning(HTTPStatus.SERVICE_UNAVAILABLE, "The contract failed")),
    ("GATEWAY_", Meaning(HTTPStatus.SERVICE_UNAVAILABLE, "The ledger can't be reached")),
    ("WALLET_", Meaning(HTTPStatus.INTERNAL_SERVER_ERROR, "The service's wallet can't be used")),
    ("READMODEL_", Meaning(HTTPStatus.SERVICE_UNAVAILABLE, "The read model can't be used")),
)

_UNKNOWN: Final = Meaning(HTTPStatus.INTERNAL_SERVER_ERROR, "The service failed")


def meaning_of(code: str) -> Meaning:
    """The meaning of ``code``, by its own line or its family's; an internal error when neither is known."""
    found = MEANINGS.get(code)
    if found is not None:
        return found
    if code.startswith(_RULES):
        for endings, meaning in _ENDINGS:
            if code.endswith(endings):
                return meaning
    return next((meaning for prefix, meaning in _FAMILIES if code.startswith(prefix)), _UNKNOWN)
