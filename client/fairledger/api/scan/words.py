"""The scan page's words in Chinese and English."""

from collections.abc import Mapping
from typing import Final

from fairledger.readmodel.vocabulary import word_of

LANGUAGES: Final = ("zh", "en")

TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "zh": {
        "title": "商品溯源",
        "other_language": "English",
        "what": "这是什么",
        "gtin": "商品条码 (GTIN)",
        "lot": "批次",
        "serial": "序列号",
        "id": "标识",
        "told_by": "由 {organization} 的数据库回答",
        "known": "账本上有 {count} 条关于它的记录",
        "unknown_heading": "没有找到它的记录",
        "unknown": "账本上没有任何关于此标识的记录。它可能是伪造的，也可能尚未登记；请勿仅凭包装相信它。",
        "commissioned": "由 {who} 于 {when} 登记出生",
        "not_commissioned": "没有生产者登记过它的出生，历史的开端没有人担保。",
        "journey": "经历",
        "recorded_by": "记录者",
        "recorded_at": "上链时间",
        "place": "地点",
        "transaction": "交易",
        "block": "区块",
        "declared": "已被声明为错误",
        "verify_heading": "亲自验证",
        "verify_text": "您的浏览器会从两个机构分别取得证据，重新计算区块的哈希值并逐一比较。",
        "verify_button": "现在验证",
        "verify_without": "自动验证需要 JavaScript。没有它也可以打开下列证据自行比较：",
        "evidence_at": "{organization} 的证据",
        "running": "正在验证…",
        "step_evidence": "从 {one} 和 {other} 取得证据",
        "step_same": "两个机构讲述同样的 {count} 条记录",
        "step_block": "区块 {number}：两个机构的内容相同，哈希值重新计算无误",
        "step_event": "记录就在区块 {number} 里，一字不差",
        "passed": "验证通过：要欺骗您，{one} 和 {other} 必须同时说谎。",
        "failed": "验证失败：{reason}",
        "reason_none": "没有可以验证的记录",
        "reason_fetch": "{one} 没有回答",
        "reason_differ": "两个机构的记录不同",
        "reason_block": "区块 {number} 的内容在两个机构不同",
        "reason_hash": "区块 {number} 的哈希值不符",
        "reason_event": "区块 {number} 里没有这条记录",
        "footer": "本页由联盟链数据生成，不需要任何第三方网站。",
    },
    "en": {
        "title": "Where it comes from",
        "other_language": "中文",
        "what": "What it is",
        "gtin": "Trade item (GTIN)",
        "lot": "Lot",
        "serial": "Serial number",
        "id": "Identifier",
        "told_by": "told by the database of {organization}",
        "known": "Records about it on the ledger: {count}",
        "unknown_heading": "Nothing is recorded about it",
        "unknown": (
            "The ledger has no record of this identifier. It may be forged, or not registered yet;"
            " don't believe it for its packaging alone."
        ),
        "commissioned": "commissioned by {who} on {when}",
        "not_commissioned": "No producer registered its beginning: nobody answers for where its history starts.",
        "journey": "Its journey",
        "recorded_by": "Recorded by",
        "recorded_at": "On the ledger since",
        "place": "Place",
        "transaction": "Transaction",
        "block": "Block",
        "declared": "declared erroneous",
        "verify_heading": "See for yourself",
        "verify_text": (
            "Your browser fetches the evidence from two organisations, computes the blocks' hashes again"
            " and compares everything."
        ),
        "verify_button": "Verify now",
        "verify_without": "Verifying here needs JavaScript. Without it, open the evidence and compare it yourself:",
        "evidence_at": "evidence at {organization}",
        "running": "Verifying…",
        "step_evidence": "Evidence fetched from {one} and {other}",
        "step_same": "Both tell the same; records: {count}",
        "step_block": "Block {number}: the same at both, and its hashes are right when computed again",
        "step_event": "The record stands in block {number}, letter for letter",
        "passed": "Verified: to deceive you, {one} and {other} would both have to lie.",
        "failed": "Not verified: {reason}",
        "reason_none": "there is no record to verify",
        "reason_fetch": "{one} does not answer",
        "reason_differ": "the two organisations tell different records",
        "reason_block": "block {number} differs between the two",
        "reason_hash": "the hash of block {number} is wrong",
        "reason_event": "the record is not in block {number}",
        "footer": "This page is made of the consortium's ledger and needs no other website.",
    },
}

_STEPS_ZH: Final[Mapping[str, str]] = {
    "accepting": "验收",
    "arriving": "到达",
    "assembling": "组装",
    "commissioning": "登记出生",
    "consigning": "委托",
    "creating_class_instance": "生成批次",
    "cycle_counting": "盘点",
    "decommissioning": "注销",
    "departing": "出发",
    "destroying": "销毁",
    "disassembling": "拆解",
    "dispensing": "配发",
    "encoding": "编码",
    "entering_exiting": "进出",
    "holding": "扣留",
    "inspecting": "检验",
    "installing": "安装",
    "killing": "停用标签",
    "loading": "装载",
    "other": "其他",
    "packing": "包装",
    "picking": "拣货",
    "receiving": "收货",
    "removing": "移除",
    "repackaging": "重新包装",
    "repairing": "维修",
    "replacing": "更换",
    "reserving": "预留",
    "retail_selling": "零售",
    "sampling": "取样",
    "sensor_reporting": "传感器读数",
    "shipping": "发货",
    "staging_outbound": "待发",
    "stock_taking": "清点",
    "stocking": "上架",
    "storing": "储存",
    "transporting": "运输",
    "unloading": "卸货",
    "unpacking": "拆包",
    "void_shipping": "取消发货",
}


def step_word(step: str | None, language: str) -> str:
    """A business step in words; one that the vocabulary does not have stays as it is."""
    if step is None:
        return ""
    word = word_of(step)
    return _STEPS_ZH.get(word, word) if language == "zh" else word.replace("_", " ")


def language_of(asked: str | None, accepted: str) -> str:
    """The language that was asked for, else the first known one of an Accept-Language header, else Chinese."""
    if asked in LANGUAGES:
        return asked
    for part in accepted.split(","):
        primary = part.partition(";")[0].strip().lower().partition("-")[0]
        if primary in LANGUAGES:
            return primary
    return LANGUAGES[0]
