"""What the desk's pages of escrow say, in Chinese and English; single words are in ``fairledger.words``."""

from collections.abc import Mapping
from typing import Final

from fairledger.words.text import Language, Text, in_language
from fairledger_contracts.escrow.machine import Move
from fairledger_contracts.records.agreement import GoodsKind
from fairledger_contracts.records.order import Order, OrderState

TEXTS: Final[Mapping[str, Text]] = {
    # the front page
    "waiting": Text("等我处理", "What waits for me"),
    "nothing_waits": Text("现在没有等您处理的事。", "Nothing waits for you now."),
    "to_act_on": Text("您可以处理 {count} 项", "{count} for you to act on"),
    "under_way": Text("等别人处理", "What waits for others"),
    "ended": Text("已结束", "Ended"),
    "none": Text("没有。", "None."),
    "goods": Text("在售商品", "Goods on offer"),
    "own_goods": Text("我的商品", "My goods on offer"),
    "all_goods": Text("查看全部在售商品", "See all goods on offer"),
    "list_goods": Text("发布商品", "Offer goods"),
    "money": Text("我的资金", "My money"),
    "frozen_until": Text("已冻结至", "Frozen until"),
    "no_money": Text(
        "您还没有资金。请让支付服务商为您入账。", "You have none yet. Have a payment provider pay some in."
    ),
    "to_money": Text("票据、付款与提现", "Notes, payments and payouts"),
    "to_pay_out": Text("等我付出的提现", "Payouts that I am to make"),
    "votes": Text("已有 {count} 票，需要 {quorum} 票", "{count} votes of {quorum} that are needed"),
    # deadlines
    "left": Text("还剩 {time}", "{time} left"),
    "over": Text("已过期 {time}", "{time} over"),
    "days": Text("{days} 天 {hours} 小时", "{days} d {hours} h"),
    "hours": Text("{hours} 小时 {minutes} 分钟", "{hours} h {minutes} min"),
    "until": Text("截止", "Until"),
    "deadline": Text("接下来", "What comes next"),
    "if_nobody": Text("如果到期前无人处理：{what}", "If nobody does anything by then: {what}"),
    "end_told": Text("此订单已结束。", "This order has ended."),
    # an order
    "order": Text("订单", "Order"),
    "way": Text("订单走到哪一步", "Where the order stands"),
    "passed": Text("已完成", "passed"),
    "here": Text("现在", "now"),
    "ahead": Text("尚未", "to come"),
    "can_do": Text("您现在可以做的", "What you can do now"),
    "can_do_nothing": Text("现在轮不到您处理。", "There is nothing for you to do now."),
    "amounts": Text("金额", "Amounts"),
    "original": Text("约定", "Agreed at first"),
    "held_now": Text("锁定", "Held"),
    "price": Text("价款", "Price"),
    "bond": Text("卖家保证金", "Seller's bond"),
    "carrier_bond": Text("承运人保证金", "Carrier's bond"),
    "shares_proposed": Text("提议", "Proposed"),
    "shares_agreed": Text("双方同意", "Agreed on"),
    "shares_voted": Text("评议投票", "Voted"),
    "shares": Text(
        "价款给卖家 {price}，保证金给买家 {bond}", "of the price {price} to the seller, of the bond {bond} to the buyer"
    ),
    "shares_of_carrier": Text("，承运人保证金给卖家 {carrier}", ", of the carrier's bond {carrier} to the seller"),
    "final": Text("最终分配", "Paid in the end"),
    "follow_order": Text("查看这笔订单的资金流向", "Follow the money of this order"),
    "follow_note": Text("来去", "its way"),
    "order_id": Text("订单号", "Order"),
    "complain_about": Text("就此订单向平台和协会投诉", "Complain about this order to the platform and the association"),
    "story": Text("经过", "What happened"),
    "ordered": Text("下单并锁定价款", "ordered, and the price locked"),
    "bond_locked": Text("接单并锁定保证金", "accepted, and the bond locked"),
    "shipped": Text("发货：{item}，包裹 {parcel}", "shipped: {item} in parcel {parcel}"),
    "key_out": Text("交出密钥，卖家收到价款", "key released, and the price paid"),
    "disputed": Text("提出争议：{claim}", "complained: {claim}"),
    "changed_to": Text("变为：{state}", "became: {state}"),
    "settled_by": Text("依规则处理：{rule}", "decided by rule: {rule}"),
    "weight": Text("重量 {weight} 克", "weight {weight} g"),
    "in_area": Text("地点 {area}", "in {area}"),
    "tag_genuine": Text("签名真实", "signature proved good"),
    "tag_forged": Text("签名无效", "signature is not good"),
    "report": Text("报告 SHA-256 {sha256}", "report SHA-256 {sha256}"),
    "by": Text("由", "by"),
    "you": Text("您", "you"),
    "settlement": Text("结果与依据", "How it ended, and why"),
    "rule": Text("规则", "Rule"),
    "liable": Text("责任方", "Liable"),
    "evidence": Text("证据", "Evidence"),
    "no_evidence": Text("不需要证据", "None was needed"),
    "standard": Text("依据标准", "By the standard"),
    "to_buyer": Text("买家得到", "To the buyer"),
    "to_seller": Text("卖家得到", "To the seller"),
    "to_carrier": Text("承运人得到", "To the carrier"),
    "agreement": Text("双方签署的协议", "The agreement that both signed"),
    "key_told": Text("密钥", "Key"),
    # terms
    "terms": Text("条款", "Terms"),
    "terms_sha256": Text("条款的 SHA-256", "SHA-256 of the terms"),
    "kind": Text("种类", "Kind"),
    "model": Text("名称与型号", "Name and model"),
    "gtin": Text("商品条码 (GTIN)", "Trade item (GTIN)"),
    "binding": Text("绑定方式", "Bound by"),
    "weight_g": Text("净重（克）", "Weight of the goods alone (g)"),
    "currency": Text("币种", "Currency"),
    "accept": Text("接单期限", "To accept"),
    "ship": Text("发货期限", "To ship"),
    "delivery": Text("送达期限", "To deliver"),
    "cooling_off": Text("投诉期限", "To complain"),
    "evidence_period": Text("举证期限", "To bring evidence"),
    "undecided": Text("无人裁定时卖家得价款的", "Seller's share of the price if nobody decides"),
    "days_unit": Text("{number} 天", "{number} d"),
    "hours_unit": Text("{number} 小时", "{number} h"),
    "in_days": Text("{label}（天，{least} 至 {most}）", "{label} (days, {least} to {most})"),
    "in_hours": Text("{label}（小时，{least} 至 {most}）", "{label} (hours, {least} to {most})"),
    "seller": Text("卖家", "Seller"),
    "buyer": Text("买家", "Buyer"),
    "carrier": Text("承运人", "Carrier"),
    "listed_at": Text("发布于", "On offer since"),
    "withdrawn": Text("已下架。", "Withdrawn: it can't be ordered any more."),
    "withdraw": Text("下架", "Withdraw"),
    "withdraw_told": Text("已有的订单不受影响。", "Orders under way go on."),
    "order_goods": Text("下单", "Order"),
    "order_told": Text(
        "下单即签署上面的条款：您的签名包含条款的 SHA-256。",
        "Ordering signs the terms above: your signature covers their SHA-256.",
    ),
    "preview": Text("查看条款", "Show the terms"),
    "sign_terms": Text("签署并发布", "Sign, and offer"),
    "sign_told": Text(
        "您签署的就是下面这些条款；买家按其 SHA-256 下单。",
        "These are the terms that you sign; buyers order by their SHA-256.",
    ),
    "no_standard": Text(
        "还没有生效的托管标准，暂不能交易。", "No escrow standard is in force yet, so nothing can be sold."
    ),
    "bond_least": Text("至少为价款的 {least}‰", "at least {least}‰ of the price"),
    "virtual_bond_least": Text("虚拟商品至少 {least}‰", "for virtual goods at least {least}‰"),
    "zero_for_virtual": Text("虚拟商品不填", "not for virtual goods"),
    # fields
    "area": Text("大致区域", "Rough area"),
    "delivery_area": Text("收货的大致区域", "Rough area of delivery"),
    "parcel_weight": Text("包裹重量（克）", "Weight of the parcel (g)"),
    "serial": Text("商品序列号", "Serial number of the goods"),
    "parcel": Text("运单号", "Carrier's number of the parcel"),
    "no_carrier": Text("还没有持许可的承运人。", "No carrier is licensed yet."),
    "genuine": Text("标签的签名", "The tag's signature"),
    "claim": Text("哪里不对", "What is wrong"),
    "reason": Text("说明", "In your words"),
    "reason_hint": Text(
        "会永久公开在账本上：不要写姓名、地址、电话。", "On the ledger for ever: no names, addresses or numbers."
    ),
    "finding": Text("结论", "Finding"),
    "report_sha256": Text(
        "报告文件的 SHA-256（64 位十六进制）", "SHA-256 of the report's file (64 hexadecimal digits)"
    ),
    "price_permille": Text("价款给卖家（‰）", "Of the price to the seller (‰)"),
    "bond_permille": Text("保证金给买家（‰）", "Of the bond to the buyer (‰)"),
    "carrier_permille": Text("承运人保证金给卖家（‰）", "Of the carrier's bond to the seller (‰)"),
    "permille_hint": Text("0 至 1000，1000 为全部", "0 to 1000, which is all of it"),
    "key": Text("密钥（64 位十六进制）", "Key (64 hexadecimal digits)"),
    "commitment": Text("密文承诺（JSON）", "Commitment to the sealed goods (JSON)"),
    "commitment_hint": Text(
        "在上面封装商品后会自动填好；命令行封装时会打印它。",
        "Filled in when you seal the goods above; the command line prints it.",
    ),
    # virtual goods in the browser
    "no_script": Text(
        "封装、核对、打开商品和证明密钥错误需要打开 JavaScript，或者用 fairledger escrow。",
        "Sealing, comparing, opening and disproving goods need JavaScript, or fairledger escrow on the command line.",
    ),
    "goods_file": Text("商品文件", "File of the goods"),
    "goods_file_hint": Text(
        "在本浏览器里封装，商品和密钥都不会上传。",
        "Sealed in this browser: neither the goods nor the key are uploaded.",
    ),
    "sealed_file": Text("卖家给您的密文文件（.sealed）", "Sealed file that the seller gave you (.sealed)"),
    "sealed_file_hint": Text("在本浏览器里核对，不会上传。", "Compared in this browser, and not uploaded."),
    "proof_hint": Text(
        "先在本浏览器里核对；密文会随证明公开。",
        "Checked in this browser first; the proof makes the sealed file public.",
    ),
    "key_file": Text("密钥文件（.key）", "File of the key (.key)"),
    "key_file_hint": Text(
        "先在本浏览器里核对，提交后密钥公开。", "Compared in this browser first; the key is public once you submit."
    ),
    "open_goods": Text("打开商品", "Open the goods"),
    "open_told": Text(
        "用账本上的密钥在本浏览器里打开，内容不会上传。",
        "Opened in this browser with the key on the ledger; what is in them is not uploaded.",
    ),
    "locks": Text(
        "将锁定 {amount}：用 {count} 张票据（共 {total}），找回 {change}。",
        "This locks {amount}, from {count} of your notes worth {total}; {change} come back.",
    ),
    "locks_nothing": Text("不需要锁定资金。", "No money is locked."),
    "choose": Text("请选择", "Choose"),
    # money
    "notes": Text("我的票据", "My notes"),
    "account": Text("我的账户", "My account"),
    "account_told": Text("把它告诉要付款给您的人。", "Tell it to who wants to pay you."),
    "payouts": Text("提现", "Payouts"),
    "pay": Text("付款", "Pay somebody"),
    "payee": Text("收款账户", "Account that is paid"),
    "amount": Text("金额", "Amount"),
    "ask_payout": Text("申请提现", "Ask for a payout"),
    "provider": Text("支付服务商", "Payment provider"),
    "no_provider": Text("还没有持许可的支付服务商。", "No payment provider is licensed yet."),
    "issue": Text("为已收到的款项入账", "Issue a note for money received"),
    "reference": Text("付款编号", "Reference of the payment"),
    "reference_hint": Text("只写编号：不要写姓名或账号。", "A number alone: no name, no account."),
    "redeem": Text("已付出", "Paid out"),
    "return_payout": Text("退回", "Return"),
    "go_on": Text("继续", "Go on"),
    "pay_told": Text("将付给 {payee} {amount}。", "This pays {amount} to {payee}."),
    "payout_told": Text("{provider} 将付给您 {amount}。", "{provider} is to pay {amount} to you."),
    "issue_told": Text("{payee} 将得到 {amount} 的票据。", "{payee} will have a note of {amount}."),
    "as_shown": Text("请核对后再签署", "Look at it once more before you sign"),
    # results
    "refused": Text("没有成功", "It was refused"),
    "back": Text("返回", "Back"),
}

AFTER: Final[Mapping[OrderState, Text]] = {
    OrderState.FUNDED: Text("订单取消，价款退给买家。", "the order is cancelled, and the buyer has the price back."),
    OrderState.ACCEPTED: Text(
        "视为卖家未发货，价款退给买家。", "the seller counts as not having shipped, and the buyer has the price back."
    ),
    OrderState.HANDED: Text("卖家未交密钥，价款退给买家。", "no key is out, and the buyer has the price back."),
    OrderState.SHIPPED: Text(
        "没有承运人揽收，视为卖家未发货。", "no carrier has it, and the seller counts as not having shipped."
    ),
    OrderState.CARRIED: Text("承运人未送达，由承运人负责。", "the carrier has not delivered, and is liable."),
    OrderState.DELIVERED: Text("买家没有异议，卖家收款。", "the buyer counts as content, and the seller is paid."),
    **dict.fromkeys(
        (OrderState.DISPUTED, OrderState.PROPOSED),
        Text(
            "按规则和证据裁定；没有适用的规则时交协会评议。",
            "rules decide by the evidence; where none holds, it goes to the association's panel.",
        ),
    ),
    OrderState.PANEL: Text("按双方事先约定的比例分配。", "it is divided by the share that both agreed on in advance."),
}
NOT_FETCHED: Final = Text(
    "视为买家未领取，价款退给买家。", "the buyer counts as not having fetched the goods, and has the price back."
)

TOLD: Final[Mapping[Move, Text]] = {  # what one should know before a move that ends or risks something
    Move.DECLINE: Text("价款退给买家。", "The buyer has the price back."),
    Move.CANCEL: Text("价款退给您。", "You have the price back."),
    Move.HOLD: Text(
        "请先核对密文的 SHA-256 与卖家的承诺一致。", "First compare the SHA-256 of what you hold with the commitment."
    ),
    Move.RELEASE_KEY: Text(
        "密钥会公开；密钥错误会失去保证金。", "The key becomes public; a wrong one costs you the bond."
    ),
    Move.PROVE_WRONG_KEY: Text(
        "密钥打不开密文，或打开后不是约定的商品时：合约自己核对，保证金归买家。",
        "Where the key opens nothing, or other goods: the contract checks it, and the bond is the buyer's.",
    ),
    Move.LOSE: Text("您将失去保证金。", "It costs you your bond."),
    Move.REFUSE: Text("这会开始一场争议。", "This opens a dispute."),
    Move.CONFIRM: Text("卖家立即收款，之后不能再投诉。", "The seller is paid now, and you can't complain any more."),
    Move.DUE: Text("期限已过，任何人都可以执行。", "The deadline has passed, so anybody can."),
}

GOODS: Final[Mapping[str, Text]] = {  # what the script of virtual goods says
    "wait": Text("请稍候…", "One moment…"),
    "goods_size": Text(
        "文件为空或太大（密文最多 1 MiB）：大的商品请加密后另行交付，在这里出售它的密钥。",
        "The file is empty or too large (1 MiB sealed): of a larger package, sell the key here.",
    ),
    "goods_sealed": Text(
        "已封装。先保存两个文件再接单：密钥只在这里，丢失就收不到价款；密文发给买家。",
        "Sealed. Save both files before you accept: the key is nowhere else, and without it you are not paid. The"
        " sealed file goes to the buyer.",
    ),
    "save_key": Text("保存密钥（不要给别人）", "Save the key (for nobody else)"),
    "save_sealed": Text("保存密文（发给买家）", "Save the sealed goods (for the buyer)"),
    "key_file_none": Text("这个文件里没有密钥。", "There is no key in this file."),
    "key_other": Text("这不是卖家承诺的密钥。", "This is not the key that the seller is bound to."),
    "key_fits": Text("是承诺的密钥，已填好。", "It is the key that the seller is bound to, and is filled in."),
    "goods_bound": Text(
        "是卖家承诺的密文，可以确认。", "These are the sealed goods that the seller is bound to: you can confirm."
    ),
    "goods_other": Text(
        "这不是卖家承诺的密文：请向卖家要正确的文件。",
        "These are not the sealed goods that the seller is bound to: ask for the right file.",
    ),
    "goods_shut": Text(
        "密钥打不开这份密文，或打开后不是约定的商品：请用下面的“证明密钥错误”。",
        "The key does not open these goods, or opens others: prove it wrong by the form on this page.",
    ),
    "goods_opened": Text("已打开，内容与卖家的承诺一致。", "Opened: these are the goods that the seller is bound to."),
    "save_goods": Text("保存商品", "Save the goods"),
    "key_opens": Text(
        "密钥能打开约定的商品：这个证明不成立。", "The key opens the goods: there is nothing to be proved."
    ),
    "proof_holds": Text("密钥确实错误，可以提交证明。", "The key is wrong indeed: submit the proof."),
}


def texts(language: Language) -> dict[str, str]:
    """All texts in a language; names in braces are still to be filled."""
    return in_language(TEXTS, language)


def after_words(order: Order, language: Language) -> str:
    """What comes of an order if nobody does anything in time; nothing for one that has ended."""
    if order.state is OrderState.ACCEPTED and order.terms.kind is GoodsKind.VIRTUAL:
        return NOT_FETCHED.said(language)
    return AFTER[order.state].said(language) if order.state in AFTER else ""
