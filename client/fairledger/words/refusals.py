"""Why a reading of personal data was refused, as a sentence: the codes of the contract's ``privacy.permission``."""

from collections.abc import Mapping
from typing import Final

from fairledger.words.text import Language, Text

REFUSALS: Final[Mapping[str, Text]] = {
    "PRIVACY_ROLE_DENIED": Text("读取人不是监管机构的监管员。", "The reader is no officer of the regulator."),
    "PRIVACY_WARRANT_UNKNOWN": Text("没有这份令状。", "There is no such warrant."),
    "PRIVACY_WARRANT_ENDED": Text("令状已终止。", "The warrant was ended."),
    "PRIVACY_WARRANT_UNCONFIRMED": Text("令状尚未经另一名监管员确认。", "No other officer has confirmed the warrant."),
    "PRIVACY_WARRANT_EARLY": Text("令状尚未生效。", "The warrant is not in force yet."),
    "PRIVACY_WARRANT_EXPIRED": Text("令状已过期。", "The warrant is over."),
    "PRIVACY_WARRANT_PLATFORM": Text("令状针对另一个平台。", "The warrant is for another platform."),
    "PRIVACY_WARRANT_SUBJECT": Text("令状不涉及该订单。", "The warrant does not concern this order."),
    "PRIVACY_WARRANT_FIELDS": Text("令状不包括所要的字段。", "The warrant does not permit these fields."),
    "PRIVACY_ORDER_UNKNOWN": Text("平台没有公布过这个订单。", "The platform published no such order."),
    "PRIVACY_PURGED": Text("该订单的个人信息已被清除。", "The order's personal data were purged."),
    "PRIVACY_FIELD_UNKNOWN": Text("订单没有所要的字段。", "The order has no such field."),
}


def refusal_text(code: str, language: Language) -> str:
    """The sentence for a refusal's code; the code itself where a later contract has another."""
    known = REFUSALS.get(code)
    return code if known is None else known.said(language)
