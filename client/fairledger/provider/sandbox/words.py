"""The sandbox's page in Chinese and English."""

from collections.abc import Mapping
from typing import Final

from fairledger.words.text import Language, Text

TEXTS: Final[Mapping[str, Text]] = {
    "title": Text("沙盒支付机构", "Sandbox payment provider"),
    "other_language": Text("English", "中文"),
    "about": Text(
        "仅供试用：这里没有真钱。入账和出账都通过公开的接口告知服务。",
        "For trying things: no money moves here. The service is told of payments and payouts by its public interface.",
    ),
    "pay": Text("作为买家付款", "Pay as a buyer"),
    "pay_text": Text(
        "账户的写法与票据相同，例如 PlatformAMSP:eDUwOTo6…；fairledger provider pay 可以改用姓名。",
        "The owner is as in notes, such as PlatformAMSP:eDUwOTo6…; fairledger provider pay takes a name instead.",
    ),
    "not_paid": Text("没有付款。", "Nothing was paid."),
    "totals": Text("合计", "Totals"),
    "payments": Text("收款", "Payments received"),
    "payouts": Text("付款", "Payouts"),
    "none": Text("还没有。", "None so far."),
    "time": Text("时间", "Time"),
    "reference": Text("编号", "Reference"),
    "owner": Text("账户", "Owner"),
    "amount": Text("金额（最小单位）", "Amount (minor units)"),
    "currency": Text("币种", "Currency"),
    "received": Text("收到", "Received"),
    "paid": Text("付出", "Paid out"),
    "event": Text("事件", "Event"),
    "state": Text("服务的答复", "The service's answer"),
    "waiting": Text("等待", "waiting"),
    "taken": Text("已接受", "taken"),
    "refused": Text("被拒绝", "refused"),
}


def texts(language: Language) -> dict[str, str]:
    """All texts in a language."""
    return {name: text.said(language) for name, text in TEXTS.items()}


def language_of(asked: str, accepted: str) -> Language:
    """The language asked for, else the browser's first; Chinese when it says neither."""
    if asked in ("zh", "en"):
        return "en" if asked == "en" else "zh"
    return "en" if accepted.lower().startswith("en") else "zh"
