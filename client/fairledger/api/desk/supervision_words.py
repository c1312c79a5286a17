"""What the page of supervision says, in Chinese and English; words of records are in ``fairledger.words``."""

from collections.abc import Mapping
from typing import Final

from fairledger.words.text import Language, Text, in_language

TEXTS: Final[Mapping[str, Text]] = {
    "title": Text("监管待办", "What waits for you"),
    "denied": Text(
        "这里只对协会专员、监管员、平台专员和检验员开放。",
        "This page is for officers of the association, the regulator and platforms, and for inspectors.",
    ),
    "disclosures": Text("公示", "Disclosures"),
    "sanctions": Text("处罚", "Sanctions"),
    "complaints": Text("投诉", "Complaints"),
    "inspections": Text("检查", "Inspections"),
    "listings": Text("重点监控名单", "Monitoring list"),
    "anomalies": Text("异常", "Anomalies"),
    "evidence": Text("证据", "Evidence"),
    "ballots": Text("标准表决", "Standards to vote on"),
    "new": Text("新的", "Begin"),
    "nothing": Text("无。", "Nothing."),
    "id": Text("编号", "Id"),
    "due": Text("期限", "Due"),
    "overdue": Text("已过期限", "overdue"),
    "not_filed": Text("尚未提交", "not filed yet"),
    "reasons": Text("理由", "Reasons"),
    "ground": Text("依据", "On the ground of"),
    "rule": Text("规则", "Rule"),
    "amount": Text("金额", "Amount"),
    "suspension": Text("暂停天数", "Days of suspension"),
    "reference": Text("缴款编号", "Reference to pay with"),
    "about": Text("关于", "About"),
    "findings": Text("发现", "Findings"),
    "statements": Text("公开说明", "Statements"),
    "since": Text("自", "Since"),
    "votes": Text("赞成 {yes}，反对 {no}，共 {all} 个成员", "{yes} for, {no} against, of {all} members"),
    "statement_text": Text(
        "公开：会作为文件保存，账本上是它的哈希值。请不要写个人信息。",
        "Public: it is kept as a document, with its hash on the ledger. Write nothing personal.",
    ),
}

MOVE_WORDS: Final[Mapping[str, Text]] = {
    "file_licence": Text("公示营业许可", "Disclose the licence"),
    "file_operator": Text("公示经营者信息", "Disclose the operator"),
    "file_figures": Text("公示投诉与退款数据", "Disclose complaints and refunds"),
    "file_rules": Text("公示平台规则", "Disclose the rules"),
    "review": Text("审核", "Review"),
    "find_late": Text("认定逾期", "Find it late"),
    "accept_unreviewed": Text("逾期未审，视为通过", "Accept what was not reviewed in time"),
    "open_sanction": Text("立案处罚", "Open a sanction"),
    "hear": Text("陈述申辩", "Speak for the platform"),
    "decide_sanction": Text("作出决定", "Decide"),
    "appeal": Text("申诉", "Appeal"),
    "judge": Text("裁决申诉", "Decide the appeal"),
    "pay": Text("从平台账户缴纳罚款", "Pay the fine from the platform's account"),
    "end_sanction": Text("提前结束", "End before its time"),
    "push_sanction": Text("期限已过，推进", "Let the passed deadline have its effect"),
    "answer": Text("答复", "Answer"),
    "decide_complaint": Text("裁定", "Decide"),
    "close_complaint": Text("终局裁定", "Decide for good"),
    "push_complaint": Text("期限已过，推进", "Let the passed deadline have its effect"),
    "order_inspection": Text("安排检查", "Order an inspection"),
    "report_inspection": Text("报告检查结果", "Report what was found"),
    "mend": Text("提交整改", "Show what was mended"),
    "close_inspection": Text("结案", "Close"),
    "send_back": Text("退回整改", "Have it mended better"),
    "push_inspection": Text("期限已过，推进", "Let the passed deadline have its effect"),
    "enlist": Text("列入重点监控名单", "Put on the monitoring list"),
    "confirm_listing": Text("继续监控", "Keep on the list"),
    "remove_listing": Text("移出名单", "Take off the list"),
    "push_listing": Text("期限已过，移出名单", "Take off the list, whose review is overdue"),
    "clear": Text("确认已恢复正常", "Record that it is over"),
    "vote": Text("投票", "Vote"),
    "close_ballot": Text("期限已过，结束表决", "Let the ballot lapse"),
}

FIELDS: Final[Mapping[str, Text]] = {
    "number": Text("许可证号", "Number of the licence"),
    "issuer": Text("发证机关", "Issued by"),
    "valid_until": Text("有效期至", "Valid until"),
    "name": Text("企业名称", "Name of the company"),
    "registration_number": Text("统一社会信用代码", "Registration number"),
    "website": Text("网址", "Website"),
    "orders": Text("订单数", "Orders"),
    "complaints": Text("投诉数", "Complaints"),
    "complaints_resolved": Text("已解决的投诉数", "Complaints resolved"),
    "refunds": Text("退款数", "Refunds"),
    "refunded": Text("退款总额", "Refunded"),
    "currency": Text("货币代码，如 CNY", "Currency, such as CNY"),
    "title": Text("标题", "Title"),
    "version": Text("版本", "Version"),
    "accepted": Text("是否通过", "Accepted"),
    "reasons": Text("理由（退回时必填，公开）", "Reasons (needed to reject; public)"),
    "penalty": Text("处罚种类", "Penalty"),
    "rule": Text("违反的规则", "Rule that was broken"),
    "fine": Text("罚款金额", "Amount of a fine"),
    "suspension_days": Text("暂停天数", "Days of a suspension"),
    "statement": Text("说明", "Statement"),
    "stands": Text("处罚是否成立", "Does the sanction stand"),
    "reference": Text("缴款编号", "Reference of the payment"),
    "verdict": Text("裁定", "Verdict"),
    "target": Text("检查对象", "What is inspected"),
    "target_id": Text("对象编号（MSP、13 位商家代码或批次）", "Its id (MSP, GLN or lot)"),
    "platform": Text("负责的平台", "Platform that answers for it"),
    "place": Text("方式", "Where"),
    "complaint_id": Text("相关投诉编号", "Complaint that led to it"),
    "monitored": Text(
        "监控对象，写作 platform:MSP、merchant:13 位商家代码 或 node:节点",
        "Whom, as platform:MSP, merchant:GLN or node:NAME",
    ),
    "subject": Text("类别", "What it is about"),
    "severity": Text("严重程度", "How bad"),
    "recall_id": Text("引起的召回编号", "Recall that it led to"),
    "reason": Text("依据（记录编号，只用英文和数字，公开）", "Ground (ids of records; public)"),
    "why": Text("理由（公开）", "Why (public)"),
    "approves": Text("是否赞成", "In favour"),
}

CHOICES: Final[Mapping[str, Text]] = {
    "": Text("—", "—"),
    "yes": Text("是", "Yes"),
    "no": Text("否", "No"),
}


def texts(language: Language) -> dict[str, str]:
    """All texts of the page in a language; names in braces are still to be filled."""
    return in_language(TEXTS, language)
