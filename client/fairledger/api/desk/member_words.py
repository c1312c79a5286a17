"""What the page of members says, in Chinese and English."""

from collections.abc import Mapping
from typing import Final

from fairledger.words.text import Language, Text, in_language

TEXTS: Final[Mapping[str, Text]] = {
    "title": Text("成员", "Members"),
    "denied": Text(
        "这里只对协会专员、监管员和平台专员开放。",
        "This page is for officers of the association, the regulator and platforms.",
    ),
    "what": Text(
        "平台成为成员后，可以对标准投票，并须按期公示。协会和监管机构本身就是成员。",
        "A platform that is a member votes on standards, and has to disclose. The association and the regulator are"
        " members by themselves.",
    ),
    "members": Text("平台", "Platforms"),
    "nothing": Text("无。", "None."),
    "since": Text("加入时间", "Member since"),
    "left": Text("退出时间", "Left"),
    "by": Text("最后变更者", "Last changed by"),
    "enrol": Text("接纳平台", "Enrol a platform"),
    "enrol_text": Text(
        "MSP 编号即其证书所属机构，例如 PlatformAMSP；名称是公众看到的名称。除名只能由监管机构决定。",
        "The MSP id is that of its certificates, such as PlatformAMSP; the name is what people call it. Only the"
        " regulator strikes off.",
    ),
    "msp_id": Text("MSP 编号", "MSP id"),
    "name": Text("平台名称", "Name of the platform"),
    "strike": Text("除名", "Strike off"),
    "strike_text": Text(
        "除名后，该平台不能再投票，也不再公示。", "A platform that is struck off neither votes nor discloses any more."
    ),
    "sure": Text("确定除名", "Yes, strike it off"),
}


def texts(language: Language) -> dict[str, str]:
    """All texts of the page in a language."""
    return in_language(TEXTS, language)
