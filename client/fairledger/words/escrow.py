"""Single words of money and orders: states, moves, evidence, rules."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from fairledger.words.text import Text
from fairledger_contracts.escrow.callers import Actor
from fairledger_contracts.escrow.machine import Move
from fairledger_contracts.records.agreement import Binding, GoodsKind
from fairledger_contracts.records.evidence import EvidenceKind, Finding
from fairledger_contracts.records.order import Claim, OrderState
from fairledger_contracts.records.payment import PayoutState
from fairledger_contracts.records.settlement import Liable, RuleCode

ESCROW_TERMS: Final[Mapping[type[StrEnum], Mapping[str, Text]]] = {
    OrderState: {
        OrderState.FUNDED: Text("已付款托管", "price held"),
        OrderState.ACCEPTED: Text("卖家已接单", "accepted"),
        OrderState.HANDED: Text("密文已交付", "sealed goods handed over"),
        OrderState.SHIPPED: Text("已发货，待揽收", "announced to the carrier"),
        OrderState.CARRIED: Text("运输中", "on its way"),
        OrderState.DELIVERED: Text("已送达", "delivered"),
        OrderState.DISPUTED: Text("有争议", "disputed"),
        OrderState.PROPOSED: Text("协商中", "division proposed"),
        OrderState.PANEL: Text("协会评议中", "before the panel"),
        OrderState.SETTLED: Text("已结清", "settled"),
        OrderState.REFUNDED: Text("已退款", "refunded"),
        OrderState.CANCELLED: Text("已取消", "cancelled"),
    },
    Move: {
        Move.ACCEPT: Text("接单并锁定保证金", "Accept, and lock the bond"),
        Move.DECLINE: Text("拒绝订单", "Decline"),
        Move.CANCEL: Text("取消订单", "Cancel"),
        Move.HOLD: Text("确认已收到密文", "Confirm that I hold the sealed goods"),
        Move.RELEASE_KEY: Text("交出密钥并收款", "Release the key, and be paid"),
        Move.PROVE_WRONG_KEY: Text("证明密钥错误", "Prove the key wrong"),
        Move.SHIP: Text("发货", "Ship"),
        Move.TAKE_OVER: Text("称重揽收", "Weigh and take over"),
        Move.SCAN: Text("报告位置", "Tell where it is"),
        Move.DELIVER: Text("送达", "Deliver"),
        Move.LOSE: Text("报告丢失", "Tell that it is lost"),
        Move.REFUSE: Text("报告买家拒收", "Tell that the buyer refused it"),
        Move.CHECK_TAG: Text("核对标签", "Check the tag"),
        Move.CONFIRM: Text("确认收货", "Confirm"),
        Move.DISPUTE: Text("提出争议", "Complain"),
        Move.INSPECT: Text("提交检验结论", "Report an inspection"),
        Move.PROPOSE: Text("提议如何分配", "Propose a division"),
        Move.AGREE: Text("同意对方的提议", "Agree to the other side's proposal"),
        Move.VOTE: Text("投票", "Vote"),
        Move.DUE: Text("执行到期处理", "Have it decided now"),
    },
    Actor: {
        Actor.ANYONE: Text("任何人", "anybody"),
        Actor.BUYER: Text("买家", "buyer"),
        Actor.SELLER: Text("卖家", "seller"),
        Actor.CARRIER: Text("承运人", "carrier"),
        Actor.INSPECTOR: Text("检验员", "inspector"),
        Actor.OFFICER: Text("协会专员", "officer"),
    },
    GoodsKind: {
        GoodsKind.VIRTUAL: Text("虚拟商品", "virtual goods"),
        GoodsKind.STANDARD: Text("标准商品", "standardised goods"),
    },
    Binding: {
        Binding.SERIAL: Text("序列号", "serial number"),
        Binding.TAG: Text("带签名的标签", "signed tag"),
        Binding.NONE: Text("无", "nothing"),
    },
    EvidenceKind: {
        EvidenceKind.TAKEN_OVER: Text("已揽收", "taken over"),
        EvidenceKind.SCANNED: Text("途中扫描", "scanned on its way"),
        EvidenceKind.DELIVERED: Text("已送达", "delivered"),
        EvidenceKind.LOST: Text("已丢失", "lost"),
        EvidenceKind.REFUSED: Text("门口拒收", "refused at the door"),
        EvidenceKind.TAG_READ: Text("买家读取标签", "tag read by the buyer"),
        EvidenceKind.INSPECTED: Text("已检验", "inspected"),
        EvidenceKind.WRONG_KEY: Text("密钥被证明错误", "key proved wrong"),
    },
    Finding: {
        Finding.DEFECT: Text("有缺陷", "defect"),
        Finding.COUNTERFEIT: Text("假货", "counterfeit"),
        Finding.CONFORMANT: Text("与约定相符", "as agreed"),
    },
    Claim: {
        Claim.NOT_RECEIVED: Text("没有收到", "not received"),
        Claim.EMPTY: Text("包裹是空的", "empty parcel"),
        Claim.OTHER_ITEM: Text("不是约定的商品", "another item"),
        Claim.FORGED: Text("标签是伪造的", "forged tag"),
        Claim.DEFECT: Text("有缺陷", "defect"),
        Claim.UNOPENABLE: Text("无法打开", "can't be opened"),
        Claim.REFUSED: Text("门口拒收", "refused at the door"),
        Claim.OTHER: Text("其他", "other"),
    },
    RuleCode: {
        RuleCode.UNDISPUTED: Text("期限内无争议", "nobody complained in time"),
        RuleCode.CONFIRMED: Text("买家确认收货", "confirmed by the buyer"),
        RuleCode.NOT_ACCEPTED: Text("未及时接单", "not accepted in time"),
        RuleCode.DECLINED: Text("卖家拒绝", "declined by the seller"),
        RuleCode.CANCELLED_IN_TIME: Text("买家及时取消", "cancelled by the buyer in time"),
        RuleCode.NOT_FETCHED: Text("买家未领取密文", "sealed goods not fetched"),
        RuleCode.AGREED: Text("双方达成一致", "agreed by both"),
        RuleCode.WRONG_KEY: Text("密钥错误", "wrong key"),
        RuleCode.NOT_SHIPPED: Text("未及时发货", "not shipped in time"),
        RuleCode.LOST: Text("运输途中丢失", "lost on its way"),
        RuleCode.NOT_DELIVERED: Text("未及时送达", "not delivered in time"),
        RuleCode.COUNTERFEIT: Text("检验为假货", "found counterfeit"),
        RuleCode.UNDER_RECALL: Text("商品正被召回", "goods under recall"),
        RuleCode.DEFECT: Text("检验有缺陷", "found defective"),
        RuleCode.DELIVERED_ELSEWHERE: Text("送到了别处", "delivered elsewhere"),
        RuleCode.TOO_LIGHT: Text("揽收时重量不足", "too light from the start"),
        RuleCode.FOUND_CONFORMANT: Text("检验与约定相符", "found as agreed"),
        RuleCode.OTHER_ITEM: Text("标签属于其他商品", "the tag is another item's"),
        RuleCode.REFUSED_WITHOUT_GROUND: Text("无理由拒收", "refused without ground"),
        RuleCode.FALSE_CLAIM: Text("投诉与证据不符", "the evidence contradicts the claim"),
        RuleCode.PANEL: Text("协会评议决定", "decided by the panel"),
        RuleCode.PANEL_DEFAULT: Text("评议逾期，按事先约定", "the panel was silent: as agreed in advance"),
    },
    Liable: {
        Liable.NOBODY: Text("无人", "nobody"),
        Liable.SELLER: Text("卖家", "seller"),
        Liable.BUYER: Text("买家", "buyer"),
        Liable.CARRIER: Text("承运人", "carrier"),
        Liable.SHARED: Text("共同承担", "shared"),
    },
    PayoutState: {
        PayoutState.ASKED: Text("等待付出", "waits to be paid"),
        PayoutState.PAID: Text("已付出", "paid out"),
        PayoutState.RETURNED: Text("已退回", "returned"),
    },
}
