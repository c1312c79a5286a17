"""What the page of totals says, in Chinese and English."""

from collections.abc import Mapping
from typing import Final

from fairledger.words.text import Language, Text, in_language

COMPARISON: Final = ("running", "same", "differ", "moving", "no_answer")  # what the script says
TEXTS: Final[Mapping[str, Text]] = {
    "title": Text("流通总额", "Money in circulation"),
    "other_language": Text("English", "中文"),
    "told_by": Text(
        "由 {organization} 按它自己的账本副本相加，截至区块 {block}。",
        "Added up by {organization} from its own copy of the ledger, as of block {block}.",
    ),
    "explained": Text(
        "付款机构收到钱后发行票据，兑付后票据消失。发行的减去兑付的，必须等于所有未花费票据之和：一分不多，一分不少。",
        "A payment provider issues a note for money that it received; the note ends when it is paid out. What was"
        " issued less what was redeemed has to be what all unspent notes add up to, to the last unit.",
    ),
    "issued": Text("已发行", "Issued"),
    "redeemed": Text("已兑付", "Redeemed"),
    "unspent": Text("未花费", "Unspent"),
    "balance": Text("核对", "Check"),
    "conserved": Text("相符", "adds up"),
    "not_conserved": Text("不相符", "does not add up"),
    "nothing": Text("还没有发行过任何票据。", "No note has been issued yet."),
    "compare": Text("与另一机构比较", "Compare with another organisation"),
    "compare_text": Text(
        "您的浏览器向两个机构分别索取总额并比较。",
        "Your browser asks two organisations for their totals and compares them.",
    ),
    "compare_button": Text("现在比较", "Compare now"),
    "compare_without": Text(
        "没有 JavaScript 时，可以打开各机构的页面自行比较：", "Or open the pages and compare yourself:"
    ),
    "at": Text("{organization} 的总额", "totals at {organization}"),
    "no_witness": Text("本机构不知道其他机构的地址。", "No other organisation's address is known here."),
    "running": Text("正在比较…", "Comparing…"),
    "same": Text(
        "两个机构的总额相同：{one} 截至区块 {block}，{other} 截至区块 {other_block}。",
        "Both tell the same totals: {one} as of block {block}, {other} as of block {other_block}.",
    ),
    "differ": Text(
        "{one} 和 {other} 在同一区块 {block} 给出不同的总额。",
        "{one} and {other} tell different totals as of the same block {block}.",
    ),
    "moving": Text("两个机构正在处理新的区块，请再试一次。", "New blocks are coming in at the two; try again."),
    "no_answer": Text("{one} 没有回答。", "{one} does not answer."),
    "refunds": Text("平台公示的退款", "Refunds that platforms disclosed"),
    "refunds_text": Text(
        "平台公示的退款额与账本上按合约退给买家的金额比较。平台可以另外退款，所以可以多，不可以少。",
        "What a platform disclosed, beside what the contract gave back to buyers there. Platforms may refund otherwise,"
        " too: it can be more, and never less.",
    ),
    "no_refunds": Text("还没有平台公示退款额。", "No platform has disclosed refunds yet."),
    "disclosed": Text("已公示", "disclosed"),
    "on_ledger": Text("账本上", "on the ledger"),
    "too_little": Text("公示的少于账本", "less than the ledger has"),
    "covered": Text("相符", "fits"),
    "footer": Text("本页由联盟链数据生成，不需要任何第三方网站。", "Made of the consortium's ledger alone."),
}


def texts(language: Language) -> dict[str, str]:
    """All texts of the page in a language; names in braces are still to be filled."""
    return in_language(TEXTS, language)
