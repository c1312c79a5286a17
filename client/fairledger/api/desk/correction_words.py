"""What the page of corrections says, in Chinese and English."""

from collections.abc import Mapping
from typing import Final

from fairledger.api.desk import supervision_words
from fairledger.words.text import Language, Text, in_language

TEXTS: Final[Mapping[str, Text]] = {
    "title": Text("个人信息更正", "Corrections of personal data"),
    "denied": Text("这里只对本平台的专员开放。", "This page is for officers of the platform whose service this is."),
    "what": Text(
        "订单本人认为下列内容不正确。请先核实，再接受或拒绝。所填内容加密保存，作出决定后即删除。",
        "The persons of these orders say that this is not right. Check it, then accept or refuse. What they wrote is"
        " kept encrypted, and deleted once it is decided.",
    ),
    "nothing": Text("无。", "Nothing."),
    "decided": Text("已处理，所填内容已删除。", "It is decided, and what the person wrote is deleted."),
    "order": Text("订单", "Order"),
    "asked_at": Text("请求时间", "Asked at"),
    "complaint": Text("投诉编号", "Complaint"),
    "field": Text("字段", "Field"),
    "now": Text("现在", "Now"),
    "right": Text("本人认为正确的", "What the person says is right"),
    "unreadable": Text(
        "所填内容无法解密（服务的密钥已更换），只能拒绝；请本人重新提出。",
        "What was written does not open any more, as the service's key is another. Refuse it; the person can ask anew.",
    ),
    "due": Text("答复期限", "Answer due"),
    "answered": Text(
        "投诉已不再等待平台答复；这里的决定不再写入答复。",
        "The complaint no longer waits for the platform's answer, so that none is written with the decision.",
    ),
    "accept": Text("接受：写入新内容并答复", "Accept: write it, and answer"),
    "accept_alone": Text("接受：写入新内容", "Accept: write it"),
    "refuse": Text("拒绝并答复", "Refuse, and answer"),
    "refuse_alone": Text("拒绝", "Refuse"),
    "sure": Text("已核实", "I have checked it"),
    "statement": Text("理由", "Why"),
    "statement_text": supervision_words.TEXTS["statement_text"],
}


def texts(language: Language) -> dict[str, str]:
    """All texts of the page in a language."""
    return in_language(TEXTS, language)
