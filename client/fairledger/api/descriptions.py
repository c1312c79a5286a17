"""The parts of the OpenAPI document that types do not give: problems, jobs, and EPCIS documents."""

from http import HTTPStatus
from typing import Any, Final

from fairledger.api.codes import EPCIS_EXCEPTION
from fairledger.api.jobs import BEHAVIOURS
from fairledger.api.problems import MEDIA_TYPE
from fairledger.readmodel.filters import EVENT_TYPES

PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "A problem document (RFC 9457). Match `code`, never the prose.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "pattern": f"^{EPCIS_EXCEPTION}"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "pattern": "^[A-Z][A-Z0-9_]+$"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "path": {"type": "string", "description": "JSON path of what is wrong in the document that was sent."},
    },
}

JOB_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["captureID", "createdAt", "running", "success", "captureErrorBehaviour", "errors"],
    "properties": {
        "captureID": {"type": "string"},
        "createdAt": {"type": "string", "format": "date-time"},
        "finishedAt": {"type": "string", "format": "date-time"},
        "running": {"type": "boolean"},
        "success": {"type": "boolean", "description": "Whether there was no error (so far)."},
        "captureErrorBehaviour": {"type": "string", "enum": list(BEHAVIOURS)},
        "errors": {"type": "array", "items": PROBLEM},
        "transactions": {
            "type": "array",
            "description": "The ledger's transactions that hold it, once the job is finished.",
            "items": {
                "type": "object",
                "required": ["transactionID", "blockNumber"],
                "properties": {
                    "transactionID": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                    "blockNumber": {"type": "integer", "minimum": 0},
                },
            },
        },
    },
}

_CONTEXT: Final[dict[str, Any]] = {
    "description": "JSON-LD context",
    "anyOf": [{"type": "string"}, {"type": "object"}, {"type": "array"}],
}
_EVENT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "eventTime", "eventTimeZoneOffset"],
    "properties": {
        "type": {"type": "string", "enum": list(EVENT_TYPES)},
        "eventID": {"type": "string"},
        "eventTime": {"type": "string", "format": "date-time"},
        "eventTimeZoneOffset": {"type": "string"},
        "recordTime": {"type": "string", "format": "date-time", "description": "The ledger's time of the capture."},
    },
}
_ENVELOPE: Final[dict[str, Any]] = {
    "@context": _CONTEXT,
    "schemaVersion": {"type": "string"},
    "creationDate": {"type": "string", "format": "date-time"},
}

CAPTURE_DOCUMENT: Final[dict[str, Any]] = {
    "schema": {
        "type": "object",
        "description": "An EPCISDocument of EPCIS 2.0 in JSON or JSON-LD.",
        "required": ["@context", "type", "schemaVersion", "creationDate", "epcisBody"],
        "properties": {
            **_ENVELOPE,
            "type": {"type": "string", "enum": ["EPCISDocument"]},
            "epcisBody": {
                "type": "object",
                "required": ["eventList"],
                "properties": {"eventList": {"type": "array", "minItems": 1, "items": _EVENT}},
            },
        },
    }
}

CAPTURE_EVENT: Final[dict[str, Any]] = {
    "schema": {
        **_EVENT,
        "description": "An event of EPCIS 2.0 with its own context.",
        "required": ["@context", *_EVENT["required"]],
        "properties": {"@context": _CONTEXT, **_EVENT["properties"]},
    }
}

COLLECTION: Final[dict[str, Any]] = {
    "type": "object",
    "description": "A list of values.",
    "required": ["@context", "type", "member"],
    "properties": {
        "@context": _CONTEXT,
        "type": {"type": "string", "enum": ["Collection"]},
        "member": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
    },
}

QUERY_DOCUMENT: Final[dict[str, Any]] = {
    "type": "object",
    "description": "An EPCISQueryDocument of EPCIS 2.0 in JSON-LD.",
    "required": ["@context", "type", "schemaVersion", "creationDate", "epcisBody"],
    "properties": {
        **_ENVELOPE,
        "type": {"type": "string", "enum": ["EPCISQueryDocument"]},
        "epcisBody": {
            "type": "object",
            "required": ["queryResults"],
            "properties": {
                "queryResults": {
                    "type": "object",
                    "required": ["queryName", "resultsBody"],
                    "properties": {
                        "queryName": {"type": "string"},
                        "resultsBody": {
                            "type": "object",
                            "required": ["eventList"],
                            "properties": {
                                "eventList": {
                                    "type": "array",
                                    "items": {**_EVENT, "required": [*_EVENT["required"], "eventID", "recordTime"]},
                                }
                            },
                        },
                    },
                }
            },
        },
    },
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The responses of an operation that are problems, by status."""
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": PROBLEM}}}
        for status in statuses
    }
