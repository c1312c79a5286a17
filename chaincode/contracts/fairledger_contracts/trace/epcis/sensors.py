"""Sensor elements: metadata and reports (EPCIS 2.0, section 7.3.7)."""

import re
from collections.abc import Mapping

from fairledger_contracts.trace.epcis.broken import refuse
from fairledger_contracts.trace.epcis.elements import check_number, check_string
from fairledger_contracts.trace.epcis.objects import Check, check_each, check_members, need
from fairledger_contracts.trace.epcis.scope import Scope
from fairledger_contracts.trace.epcis.times import check_time
from fairledger_contracts.trace.epcis.uris import check_uri
from fairledger_contracts.trace.epcis.vocabulary import COMPONENT, MEASUREMENT, SENSOR_ALERT

_HEX = re.compile(r"[0-9A-Fa-f]+")


def _check_boolean(value: object, _scope: Scope) -> None:
    if type(value) is not bool:
        refuse("type", "must be true or false")


def _check_hex(value: object, scope: Scope) -> None:
    if _HEX.fullmatch(check_string(value, scope)) is None:
        refuse("hex", "must be hexadecimal digits")


_METADATA: Mapping[str, Check] = {
    "time": check_time,
    "startTime": check_time,
    "endTime": check_time,
    "deviceID": check_uri,
    "deviceMetadata": check_uri,
    "rawData": check_uri,
    "dataProcessingMethod": check_uri,
    "bizRules": check_uri,
}

_REPORT: Mapping[str, Check] = {
    "type": MEASUREMENT.check,
    "exception": SENSOR_ALERT.check,
    "deviceID": check_uri,
    "deviceMetadata": check_uri,
    "rawData": check_uri,
    "dataProcessingMethod": check_uri,
    "bizRules": check_uri,
    "time": check_time,
    "microorganism": check_uri,
    "chemicalSubstance": check_uri,
    "value": check_number,
    "component": COMPONENT.check,
    "stringValue": check_string,
    "booleanValue": _check_boolean,
    "hexBinaryValue": _check_hex,
    "uriValue": check_uri,
    "minValue": check_number,
    "maxValue": check_number,
    "meanValue": check_number,
    "sDev": check_number,
    "percRank": check_number,
    "percValue": check_number,
    "uom": check_string,
    "coordinateReferenceSystem": check_uri,
}


def _check_metadata(value: object, scope: Scope) -> None:
    check_members(value, scope, _METADATA)


def _check_report(value: object, scope: Scope) -> None:
    members = check_members(value, scope, _REPORT)
    if "type" not in members and "exception" not in members:
        need(members, "type")


def _check_reports(value: object, scope: Scope) -> None:
    check_each(value, scope, _check_report, "sensor reports")
    if not value:
        refuse("empty-list", "holds at least one report")


_ELEMENT: Mapping[str, Check] = {"sensorMetadata": _check_metadata, "sensorReport": _check_reports}


def _check_element(value: object, scope: Scope) -> None:
    members = check_members(value, scope, _ELEMENT)
    need(members, "sensorReport")


def check_sensor_elements(value: object, scope: Scope) -> None:
    """Raises ``Broken`` unless ``value`` is a list of sensor elements."""
    check_each(value, scope, _check_element, "sensor elements")
