"""Words of supervision and of warrants: every member of the enumerations that pages show, and names within records."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from fairledger.words.text import Language, Text
from fairledger_contracts.records import inspection, warrant
from fairledger_contracts.records.ballot import BallotState
from fairledger_contracts.records.complaint import AboutKind, Category, ComplaintState, Matter, Verdict
from fairledger_contracts.records.disclosure import DisclosureState
from fairledger_contracts.records.inspection import InspectionState, Place, Severity, TargetKind
from fairledger_contracts.records.monitoring import AnomalyKind
from fairledger_contracts.records.sanction import GroundKind, Penalty, SanctionState

SUPERVISION: Final[Mapping[type[StrEnum], Mapping[str, Text]]] = {
    Matter: {
        Matter.NOT_DELIVERED: Text("没有收到货", "Not delivered"),
        Matter.DELIVERED_LATE: Text("送货太晚", "Delivered late"),
        Matter.DEFECTIVE: Text("质量问题", "Defective"),
        Matter.UNSAFE: Text("不安全", "Unsafe"),
        Matter.COUNTERFEIT: Text("假冒", "Counterfeit"),
        Matter.NOT_AS_DESCRIBED: Text("与描述不符", "Not as described"),
        Matter.REFUND_REFUSED: Text("拒绝退款", "Refund refused"),
        Matter.OVERCHARGED: Text("多收费用", "Overcharged"),
        Matter.FAKE_ORDERS: Text("虚假交易", "Fake orders"),
        Matter.FALSE_PROMOTION: Text("虚假宣传", "False promotion"),
        Matter.PERSONAL_DATA: Text("个人信息问题", "Personal data"),
        Matter.NO_SERVICE: Text("不提供服务", "No service"),
        Matter.OTHER: Text("其他", "Something else"),
    },
    AboutKind: {
        AboutKind.ORDER: Text("订单", "An order"),
        AboutKind.MERCHANT: Text("商家", "A merchant"),
        AboutKind.PLATFORM: Text("平台", "A platform"),
        AboutKind.TAG: Text("商品标签", "A tag"),
        AboutKind.PAYMENT: Text("付款", "A payment"),
    },
    Category: {
        Category.DELIVERY: Text("送货", "Delivery"),
        Category.GOODS: Text("商品", "Goods"),
        Category.MONEY: Text("费用", "Money"),
        Category.TRUTH: Text("诚信", "Truth"),
        Category.PRIVACY: Text("个人信息", "Personal data"),
        Category.CONDUCT: Text("服务行为", "Conduct"),
    },
    ComplaintState: {
        ComplaintState.FILED: Text("等待平台答复", "the platform has to answer"),
        ComplaintState.ANSWERED: Text("平台已答复", "answered by the platform"),
        ComplaintState.ESCALATED: Text("协会处理中", "with the association"),
        ComplaintState.DECIDED: Text("协会已决定", "decided by the association"),
        ComplaintState.APPEALED: Text("监管机构处理中", "with the regulator"),
        ComplaintState.RESOLVED: Text("已解决", "resolved"),
        ComplaintState.CLOSED: Text("已结束", "closed"),
    },
    Verdict: {
        Verdict.UPHELD: Text("支持", "upheld"),
        Verdict.PARTLY: Text("部分支持", "partly upheld"),
        Verdict.DISMISSED: Text("不支持", "dismissed"),
        Verdict.OVERDUE: Text("逾期未决", "not decided in time"),
    },
    DisclosureState: {
        DisclosureState.MISSING: Text("逾期未公示", "missing"),
        DisclosureState.FILED: Text("已提交，待审核", "filed, to be reviewed"),
        DisclosureState.REJECTED: Text("被退回，待补正", "rejected, to be mended"),
        DisclosureState.ACCEPTED: Text("已通过", "accepted"),
    },
    Penalty: {
        Penalty.WARNING: Text("警告", "Warning"),
        Penalty.FINE: Text("罚款", "Fine"),
        Penalty.SUSPENSION: Text("暂停营业", "Suspension"),
    },
    SanctionState: {
        SanctionState.HEARING: Text("听取平台意见", "the platform is heard"),
        SanctionState.IMPOSED: Text("已作出，可申诉", "imposed, may be appealed"),
        SanctionState.APPEALED: Text("申诉中", "appealed"),
        SanctionState.FINAL: Text("已生效", "final"),
        SanctionState.ENDED: Text("已结束", "ended"),
        SanctionState.DROPPED: Text("不予处罚", "dropped"),
        SanctionState.LIFTED: Text("申诉成功，已撤销", "lifted on appeal"),
    },
    GroundKind: {
        GroundKind.DISCLOSURE: Text("公示", "Disclosure"),
        GroundKind.COMPLAINT: Text("投诉", "Complaint"),
        GroundKind.INSPECTION: Text("检查", "Inspection"),
        GroundKind.SANCTION: Text("处罚", "Sanction"),
    },
    Place: {
        Place.ONLINE: Text("线上检查", "Online"),
        Place.ON_SITE: Text("现场检查", "On site"),
    },
    TargetKind: {
        TargetKind.PLATFORM: Text("平台", "Platform"),
        TargetKind.MERCHANT: Text("商家", "Merchant"),
        TargetKind.LOT: Text("批次", "Lot"),
    },
    Severity: {
        Severity.NOTE: Text("提示", "note"),
        Severity.MINOR: Text("轻微", "minor"),
        Severity.MAJOR: Text("严重", "major"),
        Severity.CRITICAL: Text("危急", "critical"),
    },
    inspection.Subject: {
        inspection.Subject.DOCUMENTS: Text("单证", "Documents"),
        inspection.Subject.GOODS: Text("商品", "Goods"),
        inspection.Subject.LABELS: Text("标签标识", "Labels"),
        inspection.Subject.HYGIENE: Text("卫生", "Hygiene"),
        inspection.Subject.STORAGE: Text("储存", "Storage"),
        inspection.Subject.CLAIMS: Text("宣传内容", "Claims"),
        inspection.Subject.DATA: Text("数据", "Data"),
        inspection.Subject.ACCESS: Text("拒绝或妨碍检查", "Access refused or hindered"),
        inspection.Subject.OTHER: Text("其他", "Something else"),
    },
    InspectionState: {
        InspectionState.ORDERED: Text("待检查", "ordered"),
        InspectionState.REPORTED: Text("已报告，待整改", "reported, to be mended"),
        InspectionState.MENDED: Text("已整改，待结案", "mended, to be closed"),
        InspectionState.OVERDUE: Text("已逾期", "overdue"),
        InspectionState.CLOSED: Text("已结案", "closed"),
    },
    AnomalyKind: {
        AnomalyKind.HEIGHT: Text("节点落后", "A node lags behind"),
        AnomalyKind.HASH: Text("节点账本不一致", "A node holds another ledger"),
        AnomalyKind.AVAILABILITY: Text("节点无应答", "A node does not answer"),
        AnomalyKind.LATENESS: Text("逾期公示", "Late disclosures"),
        AnomalyKind.COMPLAINTS: Text("投诉过多", "Too many complaints"),
    },
    BallotState: {
        BallotState.OPEN: Text("投票中", "open"),
        BallotState.ADOPTED: Text("已通过", "adopted"),
        BallotState.REJECTED: Text("未通过", "rejected"),
        BallotState.LAPSED: Text("已失效", "lapsed"),
    },
    warrant.SubjectKind: {
        warrant.SubjectKind.ORDER: Text("一个订单", "One order"),
        warrant.SubjectKind.PAYMENT: Text("一笔付款的资金", "Money of one payment"),
        warrant.SubjectKind.PSEUDONYM: Text("一个人的所有订单（化名）", "All orders of a pseudonym"),
    },
}

NAMES: Final[Mapping[str, Text]] = {  # of subjects, parameters and figures; standards may make up others
    "licence": Text("营业许可", "Licence"),
    "operator": Text("经营者信息", "Operator"),
    "figures": Text("投诉与退款数据", "Complaints and refunds"),
    "rules": Text("平台规则", "Rules"),
    "platform": Text("平台", "Platform"),
    "merchant": Text("商家", "Merchant"),
    "node": Text("节点", "Node"),
    "fine_currency": Text("罚款币种（ISO 4217 数字代码）", "Currency of fines (numeric code of ISO 4217)"),
    "late_disclosure": Text("逾期公示", "Late disclosure"),
    "false_disclosure": Text("虚假公示", "False disclosure"),
    "unanswered_complaint": Text("不答复投诉", "Complaint unanswered"),
    "upheld_complaint": Text("投诉成立", "Complaint upheld"),
    "failed_inspection": Text("检查不合格", "Inspection failed"),
    "unpaid_fine": Text("拒缴罚款", "Fine unpaid"),
    "complaints_permille": Text("投诉率过高（千分比）", "Too many complaints (per mille)"),
    "complaints_min": Text("投诉数下限", "Least number of complaints"),
    "height_lag_blocks": Text("允许落后的区块数", "Blocks that a node may lag behind"),
    "unavailable_rounds": Text("允许无应答的次数", "Times that a node may not answer"),
    "asked": Text("询问次数", "Asked"),
    "answered": Text("应答次数", "Answered"),
    "height": Text("区块高度", "Height"),
    "common": Text("多数节点的高度", "Height of most"),
    "block": Text("区块", "Block"),
    "missing": Text("逾期项数", "Missing"),
    "complaints": Text("投诉", "Complaints"),
    "upheld": Text("投诉成立", "Upheld"),
    "answered_late": Text("逾期答复", "Answered late"),
}


def name_word(name: str, language: Language) -> str:
    """The word of a subject, parameter or figure; one that somebody made up stays as it is, with spaces."""
    known = NAMES.get(name)
    return name.replace("_", " ") if known is None else known.said(language)


def subject_word(subject: str, language: Language) -> str:
    """A kind and an id, such as ``platform:PlatformAMSP``, with the kind's word."""
    kind, _, named = subject.partition(":")
    return f"{name_word(kind, language)} {named}"
