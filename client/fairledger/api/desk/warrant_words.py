"""What the page of warrants says, in Chinese and English."""

from collections.abc import Mapping
from typing import Final

from fairledger.words.text import Language, Text, in_language

TEXTS: Final[Mapping[str, Text]] = {
    "title": Text("令状", "Warrants"),
    "denied": Text(
        "这里只对监管机构、协会专员和平台专员开放。",
        "This page is for officers of the regulator, of the association and of platforms.",
    ),
    "list": Text("令状", "Warrants"),
    "none": Text("无。", "None."),
    "platform": Text("平台", "Platform"),
    "subject_kind": Text("范围", "About"),
    "subject": Text(
        "订单号、化名，或付款（流水号@支付机构）", "Number of the order, pseudonym, or payment (REFERENCE@PROVIDER)"
    ),
    "fields": Text("字段", "Fields"),
    "fields_text": Text("用空格分开，例如 name phone", "With spaces in between, such as: name phone"),
    "purpose": Text("目的（公开）", "Purpose (public)"),
    "legal_basis": Text("法律依据", "Legal basis"),
    "id": Text("令状编号", "Id of the warrant"),
    "valid_from": Text("生效时间（UTC）", "In force from (UTC)"),
    "valid_until": Text("失效时间（UTC）", "Until (UTC)"),
    "make": Text("制作令状", "Make a warrant"),
    "make_text": Text("另一名监管员确认之后才有效。", "It is in force once another officer has confirmed it."),
    "made_by": Text("制作", "Made by"),
    "confirmed_by": Text("确认", "Confirmed by"),
    "ended_by": Text("终止", "Ended by"),
    "confirm": Text("确认", "Confirm"),
    "end": Text("终止", "End"),
    "read": Text("读取", "Read"),
    "read_text": Text(
        "读取前先写入账本；结果只显示一次，不会保存。",
        "It is on the ledger before anything is read. What is read is shown once, and kept nowhere.",
    ),
    "order": Text("订单号", "Number of the order"),
    "result": Text("读取结果", "What was read"),
    "result_text": Text("离开本页之后不能再看到。", "Once you leave this page it can't be seen again."),
    "shown_before": Text(
        "这次读取已经完成，结果只显示一次。要再看，请重新读取：那会是账本上的另一次读取。",
        "This was read already, and is shown once. To see it again, read again: that is another reading on the ledger.",
    ),
    "readings": Text("谁读取了什么", "Who read what"),
    "readings_text": Text(
        "包括被拒绝的尝试。平台只看到令状结束之后的。",
        "Refused attempts are here, too. Platforms see what is told once a warrant is over.",
    ),
    "reading": Text("{who} 于 {when} UTC 读取订单 {order}", "{who}, {when} UTC, order {order}"),
    "by_warrant": Text("依据令状", "by the warrant"),
    "is_refused": Text("被拒绝：", "Refused:"),
    "announced": Text("已登记", "announced"),
    "released": Text("密钥已放行", "keys released"),
}

STATES: Final[Mapping[str, Text]] = {
    "unconfirmed": Text("等待另一名监管员确认", "waits for another officer"),
    "early": Text("尚未生效", "not in force yet"),
    "in_force": Text("有效", "in force"),
    "ended": Text("已终止", "ended"),
    "over": Text("已过期", "over"),
}


def texts(language: Language) -> dict[str, str]:
    """All texts of the page in a language; names in braces are still to be filled."""
    return in_language(TEXTS, language)
