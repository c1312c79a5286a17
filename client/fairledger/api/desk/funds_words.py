"""What the page of the flow of funds says, in Chinese and English."""

from collections.abc import Mapping
from typing import Final

from fairledger.words.text import Language, Text, in_language

TEXTS: Final[Mapping[str, Text]] = {
    "title": Text("资金流向", "Flow of funds"),
    "intro": Text(
        "输入一张票据、一个订单、一次兑付或一个付款编号，查看资金从付款到兑付的全过程。您只能看到与您有关的资金。",
        "Name a note, an order, a payout or a payment, and see the whole way of its money, from payment to payout."
        " You see money that you have a part in.",
    ),
    "note": Text("票据", "Note"),
    "order": Text("订单", "Order"),
    "payout": Text("兑付", "Payout"),
    "reference": Text("付款编号", "Payment reference"),
    "one_is_enough": Text("填写其中一项。", "Fill in one of them."),
    "show": Text("查看", "Show"),
    "picture": Text("图", "Picture"),
    "picture_text": Text(
        "从左到右，时间为 UTC；可以横向滚动。", "From left to right, times in UTC; it can be scrolled sideways."
    ),
    "too_many": Text("变动太多，只列出，不画图。", "There are too many movements for a picture; the list has them."),
    "list": Text("所有变动", "All movements"),
    "cut": Text("变动太多，这里没有全部显示。", "There are more movements than are shown here."),
    "nothing": Text("账本上没有这样的资金变动。", "Nothing on the ledger moved for it."),
    "by": Text("执行者", "By"),
    "took": Text("来自", "From"),
    "made": Text("去向", "To"),
    "outside": Text("账本之外", "outside the ledger"),
    "reason": Text("原因", "Reason"),
    "payment": Text("付款编号", "Payment"),
    "evidence": Text("证据", "Evidence"),
    "block_at": Text("{organization} 的区块 {number}", "block {number} at {organization}"),
    "proof_text": Text("导出可离线验证的证明：", "Export a proof that is verified without network:"),
    "freeze": Text("冻结这里出来的资金", "Freeze money that came out of it"),
    "freeze_text": Text(
        "勾选的票据到期之前不能花费。一个机构对同一订单或付款的所有冻结都有共同的期限，不能一再延长。",
        "The notes that are ticked can't be spent until the time has passed. All freezes of one order or payment by one"
        " organisation end within the standard's time of the first.",
    ),
    "notes": Text("票据", "Notes"),
    "ground": Text("依据", "On the ground of"),
    "dispute": Text("该订单的争议", "the order's dispute"),
    "complaint": Text("尚未结束的投诉", "a complaint that is still open"),
    "warrant": Text("生效的调查令", "a warrant in force"),
    "ground_id": Text("投诉或调查令的编号", "Id of the complaint or warrant"),
    "ground_id_text": Text("依据订单的争议时不用填写。", "Leave it empty for the order's dispute."),
    "days": Text("天数", "For how many days"),
    "freeze_button": Text("冻结", "Freeze"),
    "freezes": Text("可以解除的冻结", "Freezes that you may end"),
    "freeze_of": Text("{count} 张票据，{since} 至 {until} UTC", "{count} note(s), {since} to {until} UTC"),
    "frozen_by": Text("冻结者", "Frozen by"),
    "came_from": Text("来源", "Came out of"),
    "release": Text("解除冻结", "Release"),
    "totals": Text("流通总额", "What is in circulation"),
}


def texts(language: Language) -> dict[str, str]:
    """All texts of the page in a language; names in braces are still to be filled."""
    return in_language(TEXTS, language)
