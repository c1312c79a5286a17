"""What the page of one's own key says, and what is said wherever such a key signs; in Chinese and English."""

from collections.abc import Mapping
from typing import Final

from fairledger.words.text import Text

PAGE: Final[Mapping[str, Text]] = {
    "title": Text("自己的密钥", "Your own key"),
    "what": Text(
        "密钥在本浏览器里生成，任何人（包括本机构）都拿不到它。您同意的交易在这里核对后用它签名。",
        "The key is made in this browser and nobody gets it, this organisation included. What you agree to is checked"
        " here, and signed with it.",
    ),
    "no_script": Text("使用自己的密钥需要打开 JavaScript。", "A key of your own needs JavaScript."),
    "make": Text("生成并登记密钥", "Make and enrol a key"),
    "make_text": Text(
        "登记号和一次性密码由您的机构提供；密码只用一次，由本机构的证书机构核对。",
        "You get both from your organisation. The secret is good for once; the organisation's certificate authority"
        " checks it.",
    ),
    "enrolment_id": Text("登记号", "Enrolment id"),
    "secret": Text("一次性密码", "One-time secret"),
    "make_button": Text("生成并登记", "Make and enrol"),
    "held": Text("本浏览器里的密钥", "The key in this browser"),
    "sign_in": Text("用这把密钥登录", "Sign in with this key"),
    "renew": Text("换新密钥", "Renew the key"),
    "renew_text": Text(
        "换新：浏览器生成新密钥，用现在的密钥签名向证书机构申请证书，不需要密码；您在账本上的身份不变。请在有效期内换新。",
        "To renew, this browser makes a new key, and the key that you have signs for its certificate: no secret is"
        " needed, and you stay who you are on the ledger. Do so before the certificate ends.",
    ),
    "remove": Text("删除密钥", "Remove the key"),
    "remove_text": Text(
        "删除后无法找回：请机构吊销证书并重新登记。",
        "A key that is removed can't be had back: your organisation has to register you anew.",
    ),
}

SIGNER: Final[Mapping[str, Text]] = {
    "own_key": Text("用自己的密钥签名（{name}）", "Sign with my own key ({name})"),
    "you_sign": Text("您将签名的内容", "What you are about to sign"),
    "function": Text("操作", "Function"),
    "arguments": Text("参数", "Arguments"),
    "signer": Text("签名人", "Signed by"),
    "sign": Text("签名并提交", "Sign and submit"),
    "cancel": Text("取消", "Cancel"),
    "done": Text(
        "已上链：交易 {transaction}，区块 {block}。", "On the ledger: transaction {transaction}, block {block}."
    ),
    "look": Text("查看", "Look"),
    "refused": Text("被拒绝：{why}{detail}（{code}）", "Refused: {why} {detail} ({code})"),
    "no_json": Text("有一项内容无法读取，请检查。", "One of the fields can't be read; please check."),
    "not_as_agreed": Text(
        "没有签名：服务给出的内容与您同意的不符（{part}）。请联系监管机构。",
        "Not signed: what the service prepared is not what you agreed to ({part}). Tell the regulator.",
    ),
    "part_form": Text("格式", "its form"),
    "part_channel": Text("通道", "the channel"),
    "part_chaincode": Text("链码", "the chaincode"),
    "part_function": Text("操作", "the function"),
    "part_arguments": Text("参数", "the arguments"),
    "part_creator": Text("签名人", "who signs"),
    "part_time": Text("时间", "the time"),
    "part_id": Text("交易号", "the transaction's id"),
    "part_transient": Text("附带的保密数据", "data passed along in secret"),
    "part_transaction": Text("背书后的交易", "the endorsed transaction"),
    "wait": Text("请稍候…", "One moment…"),
    "name": Text("登记号", "Enrolment id"),
    "organization": Text("机构", "Organisation"),
    "role": Text("角色", "Role"),
    "until": Text("有效期至", "Valid until"),
    "fingerprint": Text("证书指纹（SHA-256）", "Certificate's fingerprint (SHA-256)"),
    "part_renewal": Text("换新申请", "the request for a new certificate"),
    "ends_soon": Text(
        "证书将在 {days} 天后到期：请现在换新密钥，到期后就不能换新了。",
        "The certificate ends in {days} day(s): renew the key now. Afterwards it can't be renewed.",
    ),
    "expired": Text(
        "证书已过期，请机构重新登记。", "The certificate has expired: have your organisation register you anew."
    ),
    "remove_sure": Text("真的删除吗？无法找回。", "Remove it? It can't be had back."),
    "removed": Text("密钥已删除。", "The key is removed."),
}
