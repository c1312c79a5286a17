"""What the board, the platforms' pages and the complaint page say; words of records are in ``fairledger.words``."""

from collections.abc import Mapping
from typing import Final

from fairledger.words.text import Language, Text, in_language

TEXTS: Final[Mapping[str, Text]] = {
    "board": Text("监管看板", "Supervision board"),
    "other_language": Text("English", "中文"),
    "anomalies": Text("异常", "Anomalies"),
    "evidence": Text("证据", "Evidence"),
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
    "complaints_chart": Text(
        "{name}：投诉 {complaints} 件，其中成立 {upheld} 件，逾期答复 {answered_late} 件",
        "{name}: {complaints} complaints, of which {upheld} upheld and {answered_late} answered late",
    ),
    "lag_chart": Text(
        "{name}：高度 {height}，落后多数节点 {lag} 个区块", "{name}: height {height}, {lag} blocks behind most"
    ),
    "rates": Text("成立率 {upheld}%，逾期答复率 {answered_late}%", "{upheld}% upheld, {answered_late}% answered late"),
    "legend_all": Text("全部投诉", "all complaints"),
    "legend_upheld": Text("成立", "upheld"),
    "legend_late": Text("逾期答复", "answered late"),
    "all_well": Text("没有发现异常。", "Nothing is out of line."),
    "to_complain": Text("我要投诉", "Complain"),
    "to_board": Text("监管看板", "Supervision board"),
    "platform_title": Text("平台信用", "How a platform fares"),
    "platforms_text": Text(
        "点开平台，查看它的公示、处罚、投诉、检查和监控记录。",
        "Open a platform to see its disclosures, sanctions, complaints, inspections and monitoring.",
    ),
    "unknown_platform": Text("联盟里没有这个平台。", "The consortium has no such platform."),
    "member_since": Text("加入时间", "Member since"),
    "left": Text("已退出", "left"),
    "in_business": Text("正常营业", "in business"),
    "suspended_until": Text("暂停至", "suspended until"),
    "disclosures": Text("信息公示", "Disclosures"),
    "filed_at": Text("提交于", "filed"),
    "was_late": Text("逾期", "late"),
    "review_reasons": Text("退回理由", "Why it was rejected"),
    "suspension": Text("暂停营业", "Suspension"),
    "rule": Text("规则", "Rule"),
    "ground": Text("依据", "Ground"),
    "amount": Text("金额", "Amount"),
    "paid": Text("已缴", "paid"),
    "by_category": Text("按类别", "By category"),
    "by_state": Text("按状态", "By state"),
    "findings": Text("发现", "Findings"),
    "not_listed": Text("不在名单上。", "Not on the list."),
    "complain": Text("投诉", "Complain"),
    "complain_text": Text(
        "不需要账号。投诉会写入联盟账本，平台必须在规定期限内答复。请不要填写任何个人信息。",
        "No account is needed. The complaint is put on the consortium's ledger, and the platform has to answer in time."
        " Write nothing personal.",
    ),
    "about": Text("关于什么", "What it is about"),
    "about_id": Text(
        "编号（订单号、商品码、13 位商家代码、平台代码，或 付款流水号@支付机构）",
        "Number of order or tag, GLN of merchant, platform, or payment as REFERENCE@PROVIDER",
    ),
    "matter": Text("事由", "What is wrong"),
    "statement": Text("发生了什么（可不填）", "What happened (if you like)"),
    "statement_text": Text(
        "公开：会作为文件保存，账本上是它的哈希值；任何人都能读到。",
        "Public: it is kept as a document that everybody can read, with its hash on the ledger.",
    ),
    "why_escalate": Text("升级的理由（可不填，公开）", "Why you escalate (if you like; public)"),
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
    "statements": Text("公开说明", "Statements"),
    "footer": Text("本页由联盟链数据生成，不需要任何第三方网站。", "Made of the consortium's ledger alone."),
}


def texts(language: Language) -> dict[str, str]:
    """All texts of the pages in a language; names in braces are still to be filled."""
    return in_language(TEXTS, language)
