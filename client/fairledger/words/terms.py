"""Single words of histories, papers and recalls, and of money and orders."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from fairledger.words.escrow import ESCROW_TERMS
from fairledger.words.supervision import SUPERVISION
from fairledger.words.text import Language, Text
from fairledger_contracts.lineage.containment import Relation
from fairledger_contracts.lineage.custody import Told
from fairledger_contracts.lineage.deeds import Deed
from fairledger_contracts.lineage.grade import Check, Grade, Outcome
from fairledger_contracts.records.anchor import DocumentKind
from fairledger_contracts.records.recall import Measure

ROLES: Final[Mapping[str, Text]] = {  # of certificates, as consortium.yaml gives them
    "producer": Text("生产者", "producer"),
    "processor": Text("加工者", "processor"),
    "carrier": Text("承运人", "carrier"),
    "inspector": Text("检验员", "inspector"),
    "merchant": Text("商家", "merchant"),
    "officer": Text("协会专员", "officer"),
    "regulator": Text("监管员", "regulator"),
    "platform": Text("平台经办人", "platform clerk"),
    "platform-officer": Text("平台专员", "platform officer"),
    "provider": Text("服务商", "provider"),
    "consumer": Text("消费者", "consumer"),
    "service": Text("服务程序", "service"),
}

TERMS: Final[Mapping[type[StrEnum], Mapping[str, Text]]] = {
    **ESCROW_TERMS,
    Grade: {
        Grade.A: Text("证据完整", "fully evidenced"),
        Grade.B: Text("有小的缺口", "small gaps"),
        Grade.C: Text("缺少环节或有异常", "a link is missing, or something is odd"),
        Grade.D: Text("来源不明", "who made it is not told"),
        Grade.E: Text("自相矛盾", "contradicted"),
    },
    Check: {
        Check.COMMISSIONED: Text("生产登记", "commissioned"),
        Check.MAKER_LICENSED: Text("生产者许可", "maker licensed"),
        Check.MADE_ONCE: Text("唯一生产", "made once"),
        Check.ORIGIN: Text("原料来源", "origin"),
        Check.CUSTODY: Text("交接", "custody"),
        Check.ORDER: Text("先后顺序", "order"),
        Check.PLACES: Text("地点", "places"),
        Check.TIMELY: Text("及时性", "timely"),
        Check.EVIDENCE: Text("检验与文件", "evidence"),
        Check.UNDISPUTED: Text("无争议", "undisputed"),
        Check.SCANS: Text("扫描", "scans"),
        Check.TAG: Text("标签签名", "tag"),
    },
    Outcome: {
        Outcome.SHOWN: Text("符合", "shown"),
        Outcome.NONE: Text("不适用", "not concerned"),
        Outcome.MISSING: Text("缺失", "missing"),
        Outcome.CONTRADICTED: Text("矛盾", "contradicted"),
    },
    Relation: {
        Relation.MADE: Text("制成", "made into"),
        Relation.PACKED: Text("装入", "packed into"),
        Relation.BUILT: Text("组装进", "built into"),
        Relation.LOT: Text("批次成员", "thing of the lot"),
    },
    Told: {
        Told.BY_BOTH: Text("双方记录", "told by both"),
        Told.BY_ONE: Text("仅一方记录", "told by one"),
        Told.BY_NOBODY: Text("无人记录", "told by nobody"),
    },
    Deed: {
        Deed.MADE: Text("生产", "made"),
        Deed.HELD: Text("持有", "held"),
        Deed.CARRIED: Text("运输", "carried"),
        Deed.INSPECTED: Text("检验", "inspected"),
        Deed.SOLD: Text("销售", "sold"),
    },
    DocumentKind: {
        DocumentKind.QUALITY_REPORT: Text("质量报告", "quality report"),
        DocumentKind.INSPECTION_CERTIFICATE: Text("检验证书", "inspection certificate"),
        DocumentKind.CERTIFICATE_OF_ORIGIN: Text("原产地证书", "certificate of origin"),
        DocumentKind.CUSTOMS_DECLARATION: Text("报关单", "customs declaration"),
        DocumentKind.INVOICE: Text("发票", "invoice"),
        DocumentKind.BILL_OF_LADING: Text("提单", "bill of lading"),
        DocumentKind.SENSOR_LOG: Text("传感器记录", "sensor log"),
        DocumentKind.RECALL_NOTICE: Text("召回通知", "recall notice"),
        DocumentKind.PICTURE: Text("图片", "picture"),
        DocumentKind.STATEMENT: Text("公开陈述", "public statement"),
        DocumentKind.OTHER: Text("其他", "other"),
    },
    Measure: {
        Measure.RETURN: Text("退回", "return"),
        Measure.DESTROY: Text("销毁", "destroy"),
        Measure.REPAIR: Text("维修", "repair"),
        Measure.STOP_SALE: Text("停止销售", "stop sale"),
    },
    **SUPERVISION,
}


def word(member: StrEnum, language: Language) -> str:
    """The word of an enumeration's member, such as ``Measure.RETURN``. Raises ``KeyError`` for other enumerations."""
    return TERMS[type(member)][member].said(language)


def role_word(role: str, language: Language) -> str:
    """The word of a certificate's role; one that an organisation made up stays as it is."""
    known = ROLES.get(role)
    return role if known is None else known.said(language)
