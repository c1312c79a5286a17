"""What every page of the desk says, in Chinese and English; pages have words of their own beside their routes."""

from collections.abc import Mapping
from typing import Final

from fairledger.words.text import Language, Text, in_language

TEXTS: Final[Mapping[str, Text]] = {
    "desk": Text("工作台", "Desk"),
    "funds": Text("资金流向", "Flow of funds"),
    "other_language": Text("English", "中文"),
    "sign_in": Text("登录", "Sign in"),
    "sign_out": Text("退出", "Sign out"),
    "signed_in_as": Text("当前身份", "Signed in as"),
    "own_key": Text("自己的密钥", "Your own key"),
    "own_key_sign_in": Text("用自己的密钥登录", "Sign in with a key of your own"),
    "token": Text("访问令牌", "Your token"),
    "token_text": Text(
        "令牌由 fairledger token 姓名 打印；它只存在本浏览器里，脚本读不到。",
        "fairledger token NAME prints one. It stays in this browser, where no script can read it.",
    ),
    "not_valid": Text("这个令牌无效或已过期。", "That token is not valid, or not any more."),
    "todo": Text("待办", "What waits"),
    "listings": Text("商品", "Goods"),
    "notes": Text("资金", "Money"),
    "supervision": Text("监管", "Supervision"),
    "standards": Text("标准", "Standards"),
    "members": Text("成员", "Members"),
    "licences": Text("服务许可", "Licences"),
    "unlicensed": Text(
        "没有包含您这把密钥的有效许可，您现在不能提供这项服务。请联系协会专员。",
        "No licence in force names your key, so that you can't act in your service now: an officer of the association"
        " gives one.",
    ),
    "warrants": Text("令状", "Warrants"),
    "corrections": Text("更正", "Corrections"),
    "done": Text("已写入账本。", "It is on the ledger."),
    "refused": Text("没有成功：", "That did not work: "),
    "transaction": Text("交易", "Transaction"),
    "board": Text("监管看板", "Supervision board"),
    "platforms": Text("平台信用", "Platforms"),
    "complain": Text("我要投诉", "Complain"),
    "my-data": Text("我的个人信息", "My personal data"),
    "footer": Text("本页由联盟链数据生成，不需要任何第三方网站。", "Made of the consortium's ledger alone."),
}


def texts(language: Language) -> dict[str, str]:
    """All texts in a language; names in braces are still to be filled."""
    return in_language(TEXTS, language)
