"""What a buyer should know whatever the grade, as a sentence."""

from collections.abc import Mapping
from typing import Final

from fairledger.words.text import Language, Text
from fairledger_contracts.lineage.history import HistoryWarning, WarningCode

WARNINGS: Final[Mapping[WarningCode, Text]] = {
    WarningCode.RECALLED: Text(
        "它或它的原料正在被召回；召回数：{count}。",
        "It is recalled, or something that it was made of; recalls: {count}.",
    ),
    WarningCode.ALARM: Text(
        "途中传感器报告了超出范围的情况；次数：{count}。",
        "A sensor on its way reported a condition out of bounds; reports: {count}.",
    ),
    WarningCode.SPOILED: Text("它被记录为：{values}。", "It was recorded as: {values}."),
    WarningCode.ENDED: Text("它已被注销或销毁。", "It was decommissioned or destroyed."),
    WarningCode.ASTRAY: Text(
        "交接记录指明的对方不是实际的对方，货物可能走错了去向；次数：{count}。",
        "It may have gone astray: records name somebody else than who had it next or before; records: {count}.",
    ),
}

DISPOSITIONS: Final[Mapping[str, Text]] = {  # those of ``history.SPOILED``; CBV 2.0, section 7.2
    "damaged": Text("损坏", "damaged"),
    "destroyed": Text("销毁", "destroyed"),
    "disposed": Text("废弃", "disposed of"),
    "expired": Text("过期", "expired"),
    "needs_replacement": Text("需要更换", "to be replaced"),
    "no_pedigree_match": Text("谱系不符", "not as its pedigree says"),
    "non_conformant": Text("不合格", "not conformant"),
    "non_sellable_other": Text("不可销售", "not to be sold"),
    "recalled": Text("被召回", "recalled"),
    "stolen": Text("被盗", "stolen"),
}


def warning_text(warning: HistoryWarning, language: Language) -> str:
    """A warning as a sentence. Raises ``KeyError`` for a disposition that spoils no goods."""
    is_spoiled = warning.code is WarningCode.SPOILED
    words = [DISPOSITIONS[value].said(language) for value in warning.values] if is_spoiled else []
    count = len(warning.values or warning.events)
    joined = ("、" if language == "zh" else ", ").join(words)
    return WARNINGS[warning.code].said(language, values=joined, count=str(count))
