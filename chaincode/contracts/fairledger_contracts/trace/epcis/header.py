"""The header of a document: what it says of places and other words (master data; EPCIS 2.0, sections 6.5 and 9.5)."""

from collections.abc import Mapping

from fairledger_contracts.trace.epcis.broken import refuse
from fairledger_contracts.trace.epcis.objects import (
    Check,
    check_anything,
    check_each,
    check_members,
    check_whatever,
    need,
)
from fairledger_contracts.trace.epcis.scope import Scope
from fairledger_contracts.trace.epcis.uris import check_uri, check_uris


def _check_value(value: object, scope: Scope) -> None:
    if not isinstance(value, str | int | float | dict) or isinstance(value, bool):
        refuse("type", "must be a string, a number or an object")
    check_anything(value, scope, 0)


_ATTRIBUTE: Mapping[str, Check] = {"id": check_uri, "attribute": _check_value}


def _check_attribute(value: object, scope: Scope) -> None:
    need(check_members(value, scope, _ATTRIBUTE, check_whatever), "id")


def _check_attributes(value: object, scope: Scope) -> None:
    check_each(value, scope, _check_attribute, "attributes")


_ELEMENT: Mapping[str, Check] = {"id": check_uri, "attributes": _check_attributes, "children": check_uris}


def _check_element(value: object, scope: Scope) -> None:
    need(check_members(value, scope, _ELEMENT, check_whatever), "id")


def _check_elements(value: object, scope: Scope) -> None:
    check_each(value, scope, _check_element, "vocabulary elements")


_VOCABULARY: Mapping[str, Check] = {"type": check_uri, "vocabularyElementList": _check_elements}


def _check_vocabulary(value: object, scope: Scope) -> None:
    need(check_members(value, scope, _VOCABULARY, check_whatever), "type")


def _check_vocabularies(value: object, scope: Scope) -> None:
    check_each(value, scope, _check_vocabulary, "vocabularies")


_MASTER_DATA: Mapping[str, Check] = {"vocabularyList": _check_vocabularies}


def _check_master_data(value: object, scope: Scope) -> None:
    check_members(value, scope, _MASTER_DATA, check_whatever)


_HEADER: Mapping[str, Check] = {"epcisMasterData": _check_master_data}


def check_header(value: object, scope: Scope) -> None:
    """Raises ``Broken`` unless ``value`` is a header: master data in their form, and extensions."""
    check_members(value, scope, _HEADER)
