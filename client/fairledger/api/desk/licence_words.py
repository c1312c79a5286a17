"""What the page of licences of services says, in Chinese and English."""

from collections.abc import Mapping
from typing import Final

from fairledger.words.text import Language, Text, in_language

TEXTS: Final[Mapping[str, Text]] = {
    "title": Text("服务许可", "Licences of services"),
    "what": Text(
        "支付服务商入账和兑付、承运人揽收和送达、检验员出具结论，除了证书里的角色，还需要协会的有效许可，并且只能用许可中的密钥签名。",
        "Who makes and pays out money, carries parcels or reports inspections needs a licence of the association beside"
        " the role in the certificate, and signs by a key that the licence names.",
    ),
    "provider": Text("支付服务商", "Payment providers"),
    "carrier": Text("承运人", "Carriers"),
    "inspector": Text("检验员", "Inspectors"),
    "nothing": Text("无。", "None."),
    "state": Text("状态", "State"),
    "in_force": Text("有效", "in force"),
    "not_yet": Text("尚未生效", "not in force yet"),
    "over": Text("已结束", "ended"),
    "party": Text("机构与编号", "Organisation, and GLN or id"),
    "since": Text("生效时间", "In force since"),
    "until": Text("结束时间", "Until"),
    "ground": Text("结束理由", "Why it ends"),
    "key_count": Text("密钥数", "Keys"),
    "by": Text("最后变更者", "Last changed by"),
    "grant": Text("颁发或变更许可", "License, or change a licence"),
    "grant_text": Text(
        "一张许可对应一个主体：把它所有人员的证书（PEM，不是私钥）依次粘贴在一起，服务种类、编号和密钥都从证书读出。"
        "对已有许可的主体再次颁发，名称和密钥会换成这里填的，许可本身不中断。",
        "A licence is one party's: paste the certificates (PEM, no private keys) of all its people one after the other;"
        " service, GLN or id, and keys are read from them. For a party that is licensed already, name and keys are"
        " replaced by these, and the licence goes on.",
    ),
    "msp_id": Text("签发证书的机构", "Organisation that issued the certificates"),
    "name": Text("名称（公开）", "Name of the party (public)"),
    "certificates": Text("证书（PEM）", "Certificates (PEM)"),
    "valid_from": Text(
        "生效时间（UTC，留空为立即；变更已生效的许可时留空）",
        "In force from (UTC; empty for at once, and to change one that is in force)",
    ),
    "end": Text("结束许可", "End the licence"),
    "end_text": Text(
        "许可有效期间所做的事仍然有效。承运人和支付服务商结束前，应先送完包裹、付清提现。",
        "What was done under it stays. Have a carrier's parcels delivered and a provider's payouts paid before.",
    ),
    "end_ground": Text("理由（公开）", "Why (public)"),
    "valid_until": Text("结束时间（UTC，留空为立即）", "Until (UTC; empty for at once)"),
}


def texts(language: Language) -> dict[str, str]:
    """All texts of the page in a language."""
    return in_language(TEXTS, language)
