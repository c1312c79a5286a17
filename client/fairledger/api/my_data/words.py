"""What the pages about one's own data say, in Chinese and English."""

from collections.abc import Mapping
from typing import Final

from fairledger.words.text import Language, Text, in_language

TEXTS: Final[Mapping[str, Text]] = {
    "title": Text("我的个人信息", "My personal data"),
    "other_language": Text("English", "中文"),
    "intro": Text(
        "不需要账号。凭下单时得到的密码，查看本平台保存了该订单的哪些个人信息、存放在哪里、谁依法读取过。",
        "No account is needed. By the secret that came with your order you see what is held of it, where, and who read"
        " it by right.",
    ),
    "order": Text("订单号", "Number of the order"),
    "secret": Text("订单密码（64 个字符）", "Secret of the order (64 characters)"),
    "secret_text": Text(
        "密码不会被记录，也不会出现在网址里。谁有密码，谁就是该订单的买家：请不要交给别人。",
        "It is not kept, and is in no address. Whoever has it is the order's buyer: give it to nobody.",
    ),
    "show": Text("查看", "Show"),
    "refused": Text("没有成功：{reason}", "That did not work: {reason}"),
    "wrong_secret": Text("密码与订单不符。", "The secret is not this order's."),
    "no_order": Text(
        "本平台没有这个订单。请在下单平台的网站上查询。",
        "This platform has no such order. Ask at the platform where you ordered.",
    ),
    "elsewhere": Text(
        "这个订单属于 {platforms}：请在该平台的服务上查询和请求，这里没有它的个人信息。",
        "This order is of {platforms}: ask at that platform's service, as nothing personal of it is here.",
    ),
    "retained": Text("法律要求平台暂时保留这些信息：{reason}", "The law has the platform keep them for now: {reason}"),
    "held": Text("保存的内容", "What is held"),
    "field": Text("字段", "Field"),
    "nothing_held": Text("没有任何个人信息。", "No personal data any more."),
    "where": Text("存放在哪里", "Where it is"),
    "where_text": Text(
        "密文只在这些机构的数据库里，公开账本上只有哈希值。监管机构没有密钥，协会有密钥但没有数据。",
        "Encrypted, in the databases of these organisations alone; on the public ledger are hashes. The regulator has"
        " no key, and the association has keys and no data.",
    ),
    "readings": Text("谁读取过", "Who read it"),
    "readings_text": Text(
        "令状结束之后才会显示；被拒绝的尝试也在此列出。",
        "Told once the warrant is over. Attempts that were refused are here, too.",
    ),
    "no_readings": Text("没有人。", "Nobody."),
    "reading": Text("{who} 于 {when} UTC 依据令状 {warrant}", "{who} at {when} UTC by the warrant {warrant}"),
    "is_refused": Text("被拒绝：{reason}", "Refused: {reason}"),
    "share": Text("只出示部分内容", "Show somebody single fields"),
    "share_text": Text(
        "下载一个文件，里面只有所选字段和证明；任何人都可以在“核对”页面上检查，看不到其他字段。",
        "Download a file with the fields that you choose and their proof. Anybody can check it on the page below, and"
        " learns nothing of the other fields.",
    ),
    "download": Text("下载", "Download"),
    "correct": Text("更正", "Correct"),
    "correct_text": Text(
        "请在不正确的字段里填写正确的内容，其余留空。更正由平台核实后写入，新版本会删除旧版本。所填内容加密保存在平台的服务里，"
        "平台作出决定后即删除；账本上只登记一份关于此订单个人信息的投诉，没有任何个人信息，平台必须在规定期限内答复。",
        "Write what is right into each field that is not, and leave the others empty. The platform checks and writes"
        " corrections, as a new version deletes the one before. What you write is kept encrypted by its service until"
        " it has decided. On the ledger is a complaint about this order's personal data alone, and nothing personal;"
        " the platform has to answer it in time.",
    ),
    "right_value": Text("{field}：正确的内容", "{field}: what is right"),
    "ask_correction": Text("请求更正", "Ask for a correction"),
    "asked": Text("请求已登记", "Your request is on the ledger"),
    "asked_text": Text(
        "请保存这个回执：它只显示一次，凭它在投诉页面查询进度。",
        "Keep this receipt. It is shown once; by it you see on the complaint page how the request fares.",
    ),
    "to_complain": Text("投诉页面", "The complaint page"),
    "purge": Text("清除", "Purge"),
    "purge_text": Text(
        "从所有机构清除此订单的个人信息。不能撤销；公开记录中只留下哈希值和清除的事实。",
        "Have the order's personal data purged at all organisations. It can't be undone; hashes, and that it was done,"
        " stay on the public record.",
    ),
    "reason": Text("原因（公开，请不要写个人信息）", "Reason (public: write nothing personal)"),
    "default_reason": Text("本人要求", "The person asked for it"),
    "sure": Text("我确定要清除", "Yes, purge it"),
    "purged": Text("已清除", "Purged"),
    "purged_text": Text(
        "{when} UTC，由 {who} 清除。公开原因：{reason}", "Purged at {when} UTC by {who}. Public reason: {reason}"
    ),
    "proof": Text("清除的证明", "The proof that it was purged"),
    "transaction": Text("交易", "Transaction"),
    "block": Text("区块", "Block"),
    "block_hash": Text("区块哈希值", "Hash of the block"),
    "private_hashes": Text("被清除数据的哈希值", "Hashes of what was purged"),
    "proof_text": Text(
        "这笔交易既写下了清除的事实，又命令所有持有者的节点清除数据（is_purge）；每个机构的节点都有这个区块，可向任何一个索取，"
        "比较哈希值，并在交易的私有写集里找到它。",
        "The one transaction writes down the purge and orders the peers of all holders to purge (is_purge). Every"
        " organisation's peer has the block: get it from any of them, compare its hash, and find the transaction's"
        " private writes in it.",
    ),
    "proof_file": Text("下载证明", "Download the proof"),
    "proof_file_text": Text(
        "证明是一个文件：任何人都可以用各机构的根证书在自己的电脑上逐步核对，不需要网络，也不必相信任何人：",
        "The proof is a file. By the organisations' root certificates anybody verifies it step by step on a machine of"
        " their own, without network or anybody's word:",
    ),
    "carried": Text("本机构节点的区块里有这个命令。", "The block at this organisation's peer holds that order."),
    "block_at": Text("{organization} 的区块", "The block at {organization}"),
    "check": Text("核对出示的内容", "Check what you were shown"),
    "check_text": Text(
        "选择别人给您的文件。它将与平台在公开账本上的承诺比较；文件不会被保存。",
        "Choose the file that somebody gave you. It is compared with what the platform committed to on the public"
        " ledger, and not kept.",
    ),
    "file": Text("文件", "File"),
    "checked": Text("真实", "Genuine"),
    "checked_text": Text(
        "{platform} 在公开账本上为订单 {order} 承诺过以下内容。",
        "{platform} committed to this on the public ledger, for the order {order}.",
    ),
    "purged_since": Text(
        "此订单的个人信息后来已从所有机构清除：这些内容是平台过去承诺过的，现在没有机构再保存。",
        "The order's personal data were purged everywhere since: the platform did commit to this, and nobody holds it"
        " any more.",
    ),
    "superseded": Text(
        "平台后来作过更正：现在有效的可能是别的内容。请对方出示更正后的内容。",
        "The platform has corrected these data since, so that something else may be right now. Ask to be shown what"
        " counts today.",
    ),
    "not_checked": Text("不能确认", "Not confirmed"),
    "no_file": Text("这不是出示文件。", "That is no such file."),
    "footer": Text("本页由联盟链数据生成，不需要任何第三方网站。", "Made of the consortium's ledger alone."),
}

FIELDS: Final[Mapping[str, Text]] = {  # of personal data, as platforms commonly name them
    "name": Text("姓名", "Name"),
    "phone": Text("电话", "Phone"),
    "address": Text("地址", "Address"),
    "email": Text("电子邮箱", "E-mail"),
    "id_number": Text("证件号码", "Identity number"),
}


def field_word(name: str, language: Language) -> str:
    """The word of a private field; one that a platform made up stays as it is, with spaces."""
    known = FIELDS.get(name)
    return name.replace("_", " ") if known is None else known.said(language)


def texts(language: Language) -> dict[str, str]:
    """All texts of the pages in a language; names in braces are still to be filled."""
    return in_language(TEXTS, language)
