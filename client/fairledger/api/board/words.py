"""What the board and the complaint page say, in Chinese and English."""

from collections.abc import Mapping
from typing import Final

from fairledger.words.text import Language, Text
from fairledger_contracts.records.complaint import AboutKind, ComplaintState, Matter, Verdict

TEXTS: Final[Mapping[str, Text]] = {
    "board": Text("监管看板", "Supervision board"),
    "other_language": Text("English", "中文"),
    "anomalies": Text("异常", "Anomalies"),
    "platforms": Text("平台", "Platforms"),
    "overdue": Text("已过期限的投诉", "Complaints past their deadline"),
    "inspections": Text("检查", "Inspections"),
    "listings": Text("重点监控名单", "Monitoring list"),
    "sanctions": Text("处罚", "Sanctions"),
    "nothing": Text("无。", "None."),
    "platform": Text("平台", "Platform"),
    "subject": Text("对象", "Whom"),
    "what": Text("内容", "What"),
    "since": Text("自", "Since"),
    "due": Text("期限", "Due"),
    "state": Text("状态", "State"),
    "suspended": Text("已暂停", "suspended"),
    "late": Text("逾期公示", "Late disclosures"),
    "complaints": Text("投诉", "Complaints"),
    "answered_late": Text("逾期答复", "Answered late"),
    "upheld": Text("支持", "Upheld"),
    "told_by": Text("由 {organization} 的数据库回答，{when} UTC", "told by the database of {organization}, {when} UTC"),
    "complain": Text("投诉", "Complain"),
    "complain_text": Text(
        "不需要账号。投诉会写入联盟账本，平台必须在规定期限内答复。请不要填写任何个人信息。",
        "No account is needed. The complaint is put on the consortium's ledger, and the platform has to answer in time."
        " Write nothing personal.",
    ),
    "about": Text("关于什么", "What it is about"),
    "about_id": Text(
        "编号（订单号、商品码、13 位商家代码或平台代码）", "Number of order or tag, GLN of merchant, or platform"
    ),
    "matter": Text("事由", "What is wrong"),
    "answering": Text("由哪个平台答复", "Which platform has to answer"),
    "send": Text("提交投诉", "Send the complaint"),
    "receipt": Text("您的回执", "Your receipt"),
    "receipt_text": Text(
        "请保存这个代码。它只显示一次；凭它可以查询进度、升级或了结投诉。",
        "Keep this code. It is shown once; by it you see how the complaint fares, escalate or settle it.",
    ),
    "ask": Text("查询进度", "See how it fares"),
    "ask_code": Text("回执代码", "The receipt's code"),
    "unknown": Text("没有找到这个回执的投诉。", "No complaint has this receipt."),
    "not_sent": Text("没有提交成功：{reason}", "That could not be sent: {reason}"),
    "escalate": Text("升级投诉", "Escalate"),
    "settle": Text("已解决", "I am content"),
    "footer": Text("本页由联盟链数据生成，不需要任何第三方网站。", "Made of the consortium's ledger alone."),
}

MATTERS: Final[Mapping[Matter, Text]] = {
    Matter.NOT_DELIVERED: Text("没有收到货", "Not delivered"),
    Matter.DELIVERED_LATE: Text("送货太晚", "Delivered late"),
    Matter.DEFECTIVE: Text("质量问题", "Defective"),
    Matter.UNSAFE: Text("不安全", "Unsafe"),
    Matter.COUNTERFEIT: Text("假冒", "Counterfeit"),
    Matter.NOT_AS_DESCRIBED: Text("与描述不符", "Not as described"),
    Matter.REFUND_REFUSED: Text("拒绝退款", "Refund refused"),
    Matter.OVERCHARGED: Text("多收费用", "Overcharged"),
    Matter.FAKE_ORDERS: Text("虚假交易", "Fake orders"),
    Matter.FALSE_PROMOTION: Text("虚假宣传", "False promotion"),
    Matter.PERSONAL_DATA: Text("个人信息问题", "Personal data"),
    Matter.NO_SERVICE: Text("不提供服务", "No service"),
    Matter.OTHER: Text("其他", "Something else"),
}
ABOUTS: Final[Mapping[AboutKind, Text]] = {
    AboutKind.ORDER: Text("订单", "An order"),
    AboutKind.MERCHANT: Text("商家", "A merchant"),
    AboutKind.PLATFORM: Text("平台", "A platform"),
    AboutKind.TAG: Text("商品标签", "A tag"),
    AboutKind.PAYMENT: Text("付款", "A payment"),
}
STATES: Final[Mapping[ComplaintState, Text]] = {
    ComplaintState.FILED: Text("等待平台答复", "the platform has to answer"),
    ComplaintState.ANSWERED: Text("平台已答复", "answered by the platform"),
    ComplaintState.ESCALATED: Text("协会处理中", "with the association"),
    ComplaintState.DECIDED: Text("协会已决定", "decided by the association"),
    ComplaintState.APPEALED: Text("监管机构处理中", "with the regulator"),
    ComplaintState.RESOLVED: Text("已解决", "resolved"),
    ComplaintState.CLOSED: Text("已结束", "closed"),
}
VERDICTS: Final[Mapping[Verdict, Text]] = {
    Verdict.UPHELD: Text("支持", "upheld"),
    Verdict.PARTLY: Text("部分支持", "partly upheld"),
    Verdict.DISMISSED: Text("不支持", "dismissed"),
    Verdict.OVERDUE: Text("逾期未决", "not decided in time"),
}


def texts(language: Language) -> dict[str, str]:
    """All texts of the pages in a language; names in braces are still to be filled."""
    return {name: text.zh if language == "zh" else text.en for name, text in TEXTS.items()}
