"""What the page of standards says, in Chinese and English."""

from collections.abc import Mapping
from typing import Final

from fairledger.words.text import Language, Text, in_language

TEXTS: Final[Mapping[str, Text]] = {
    "title": Text("标准", "Standards"),
    "denied": Text(
        "这里只对协会专员、监管员和平台专员开放。",
        "This page is for officers of the association, the regulator and platforms.",
    ),
    "ballots": Text("正在表决", "Voted on now"),
    "counting": Text("现行标准", "In force"),
    "nothing": Text("无。", "Nothing."),
    "text": Text("全文", "Its text"),
    "version": Text("版本", "Version"),
    "since": Text("生效时间", "In force since"),
    "effective": Text("拟生效时间（UTC）", "Takes effect (UTC)"),
    "closes": Text("表决截止（UTC）", "Votes until (UTC)"),
    "proposed_by": Text("提出者", "Proposed by"),
    "votes": Text("赞成 {yes}，反对 {no}，共 {all} 个成员", "{yes} for, {no} against, of {all} members"),
    "numbers": Text("参数", "Numbers"),
    "differences": Text("与现行版本 {version} 的差异", "Differences from version {version}, in force"),
    "no_current": Text("这是此标准的第一个版本。", "It would be the first version of this standard in force."),
    "number": Text("参数", "Number"),
    "before": Text("现行", "In force"),
    "after": Text("拟定", "Proposed"),
    "differs": Text("不同", "differs"),
    "unchanged": Text("相同的参数（{count}）", "Numbers that stay ({count})"),
    "approves": Text("是否赞成", "In favour"),
    "yes": Text("是", "Yes"),
    "no": Text("否", "No"),
    "vote": Text("投票", "Vote"),
    "close_ballot": Text("期限已过，结束表决", "Let the ballot lapse"),
    "voted": Text("您的机构已投票或无投票权。", "Your organisation has voted, or has no vote on this."),
    "propose": Text("提出新版本", "Propose a version"),
    "propose_text": Text(
        "上传 JSON 文件，含 name、title、parameters（如 standards 文件夹中的文件）。先显示与现行版本的差异，"
        "再由您确认提出；文件公开保存，账本上是它的哈希值。",
        "Upload JSON with name, title and parameters, as the folder standards has. You see how it differs from the"
        " version in force before you propose it. The file is kept in public, with its hash on the ledger.",
    ),
    "file": Text("标准文件（JSON）", "File of the standard (JSON)"),
    "compare": Text("比较", "Compare"),
    "draft": Text("核对后提出", "Look, and then propose"),
    "confirm": Text("提出，交成员表决", "Propose it to the members"),
}


def texts(language: Language) -> dict[str, str]:
    """All texts of the page in a language; names in braces are still to be filled."""
    return in_language(TEXTS, language)
