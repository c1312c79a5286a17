"""A sentence for each thing that a check of a history can find.

The codes are those of ``fairledger_contracts.lineage.checks`` and ``fairledger.tags.check``.
"""

from collections.abc import Mapping
from typing import Final

from fairledger.words.text import Language, Text
from fairledger_contracts.lineage.grade import Check, Finding

SHOWN: Final[Mapping[Check, Text]] = {
    Check.COMMISSIONED: Text("有人登记了它的生产或标识。", "Somebody recorded that it was made or given its identity."),
    Check.MAKER_LICENSED: Text(
        "登记者持有该商品条码的许可。", "The one who recorded it holds the licence of its GTIN."
    ),
    Check.MADE_ONCE: Text("它只被登记生产一次。", "It was recorded as made only once."),
    Check.ORIGIN: Text("它的所有原料和部件都有登记。", "Everything that it was made of is recorded as made, too."),
    Check.CUSTODY: Text("每次交接都由双方记录。", "Each change of holder is told by giver and taker."),
    Check.ORDER: Text(
        "在它出生之前和终结之后都没有记录。", "Nothing happened to it before it was made or after its end."
    ),
    Check.PLACES: Text("它从未同时出现在两个地点。", "It was never in two places at once."),
    Check.TIMELY: Text("事件发生后都及时上链。", "Its events were recorded soon after they happened."),
    Check.EVIDENCE: Text(
        "检验记录或存证文件为它作证；文件数：{documents}。",
        "An inspection or anchored papers vouch for it; papers: {documents}.",
    ),
    Check.UNDISPUTED: Text("没有他人声明其记录有误。", "Nobody else declares one of its records erroneous."),
    Check.SCANS: Text("标签的扫描情况没有异常。", "Its tag was scanned only where and when it can be."),
}

REASONS: Final[Mapping[str, Text]] = {
    "NOT_CONCERNED": Text("此项检查不适用。", "This does not concern it."),
    "NOT_COMMISSIONED": Text(
        "没有人登记过它的生产，历史的开端无人担保。",
        "Nobody recorded its making: no one answers for where its history starts.",
    ),
    "LICENCE_UNKNOWN": Text(
        "行业协会没有登记过该商品条码的许可。", "The association registered no licence of its GTIN."
    ),
    "MADE_BY_ANOTHER": Text(
        "登记生产的企业并不持有该商品条码的许可。",
        "It was recorded as made by a business that does not hold the licence of its GTIN.",
    ),
    "MADE_TWICE": Text("同一件商品被登记生产了不止一次。", "This one thing was recorded as made more than once."),
    "ORIGIN_UNKNOWN": Text(
        "它的原料或部件中有 {items} 项没有生产登记，例如 {first}。",
        "Nobody recorded the making of some things that it was made of, such as {first}; such things: {items}.",
    ),
    "ORIGIN_CUT": Text(
        "它的来源太多，没有全部查看。", "It was made of more things than are looked at, so its origin is not whole."
    ),
    "HANDED_OVER_BY_ONE": Text(
        "有的交接只由一方记录，或双方都没有指明对方；次数：{times}。",
        "Only giver or taker tells a change of holder, or neither names the other; such changes: {times}.",
    ),
    "GAP": Text(
        "有的交接双方都没有记录；次数：{times}。",
        "Its holder changed and neither giver nor taker tells how; such changes: {times}.",
    ),
    "BEFORE_IT_WAS_MADE": Text("有的事件早于它的生产。", "Something is told of it from before it was made."),
    "SEEN_AFTER_ITS_END": Text(
        "它被注销、销毁或用完之后仍有事件。",
        "Something is told of it from after it was decommissioned, destroyed or used up.",
    ),
    "TWO_PLACES_AT_ONCE": Text("它几乎同时出现在两个地点。", "It was in two places at nearly the same time."),
    "RECORDED_BEFORE_IT_HAPPENED": Text("有的事件在发生之前就已上链。", "An event was recorded before it happened."),
    "RECORDED_LATE": Text(
        "有的事件过了很久才上链，最长 {days} 天；次数：{times}。",
        "Events were recorded late, up to {days} days after they happened; such events: {times}.",
    ),
    "NOT_INSPECTED": Text(
        "没有独立检验，也没有存证文件。", "Nobody but its holders inspected it, and no papers are anchored."
    ),
    "DISPUTED": Text("有他人声明其记录有误。", "Somebody else declares one of its records erroneous."),
    "SCANNED_FAR_APART": Text(
        "同一天在相距 {km} 公里的两地（{one} 和 {other}）有人扫描同一标签，可能有复制品。",
        "Its tag was scanned on one day in areas {km} km apart ({one} and {other}): there may be copies.",
    ),
    "SCANNED_TOO_OFTEN": Text(
        "{goods} 件商品的标签被扫描了 {scans} 次，可能有复制品。",
        "Its tag was scanned {scans} times for a number of goods of {goods}: there may be copies.",
    ),
    "SCANNED_AFTER_ITS_END": Text(
        "它终结之后标签仍被扫描；天数：{days}。", "Its tag was scanned after its end; on days: {days}."
    ),
    "SIGNED_BY_MAKER": Text("标签由生产者签名。", "The tag has its maker's signature."),
    "SIGNED_BEFORE_REVOCATION": Text(
        "标签由生产者签名。签名所用的密钥已于 {revoked} 被吊销；商品在此之前已经上链，因此签名仍然有效。",
        "The tag has its maker's signature. The key was revoked on {revoked}; the goods were on the ledger before, "
        "so the signature still counts.",
    ),
    "KEY_REVOKED": Text(
        "标签的签名密钥已于 {revoked} 被吊销，而在此之前没有人登记过这件商品的生产，签名不可信。",
        "The tag is signed with a key that was revoked on {revoked}, before the making of these goods was recorded: "
        "the signature counts for nothing.",
    ),
    "UNSIGNED": Text("标签没有签名。", "The tag is not signed."),
    "TAG_MALFORMED": Text("标签的签名残缺，无法读取。", "The tag's signature is incomplete and can't be read."),
    "KEY_UNKNOWN": Text(
        "签名所用的密钥从未记录过任何事件。", "The tag is signed with a key with which nobody recorded events."
    ),
    "FORGED": Text("标签的签名是伪造的。", "The tag's signature is forged: it does not fit these goods and this key."),
    "SIGNED_BY_ANOTHER": Text(
        "标签由他人签名，而不是由生产者签名。", "The tag is signed by somebody who did not make these goods."
    ),
}

_CUT: Final = {"ORIGIN_UNKNOWN": "ORIGIN_CUT"}  # what is found of no items at all was cut at a bound
_REVOKED_SINCE: Final = {"SIGNED_BY_MAKER": "SIGNED_BEFORE_REVOCATION"}  # with the day of the key's revocation


def finding_text(finding: Finding, language: Language) -> str:
    """What a check found, as a sentence. Raises ``KeyError`` for a code that is not one of these checks."""
    values = dict(finding.values)
    if finding.code == "SHOWN":
        return SHOWN[finding.check].said(language, **values)
    code = finding.code
    if values.get("items") == "0":
        code = _CUT.get(code, code)
    if "revoked" in values:
        code = _REVOKED_SINCE.get(code, code)
    return REASONS[code].said(language, **values)
