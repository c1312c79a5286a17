"""Why something was refused, as a sentence for who met it: the stable codes that people can meet on pages."""

from collections.abc import Mapping
from typing import Final

from fairledger.words.refusals import REFUSALS
from fairledger.words.text import Language, Text

_DENIED: Final = Text("您的身份无权这样做。", "Your identity may not do that.")
_SUSPENDED: Final = Text("该平台已被暂停。", "The platform is suspended.")
_NO_MEMBER: Final = Text(
    "该平台不是协会成员，不能接受新订单。", "The platform is no member of the association and opens no new orders."
)
_AWAY: Final = Text("服务暂时无法处理，请稍后再试。", "The service can't do that now; try again later.")
_LATE: Final = Text("期限已过。", "The deadline has passed.")
_NOT_DUE: Final = Text("期限未到，还不能处理。", "Nothing is due yet.")
_UNLICENSED: Final = Text("这项服务没有协会的有效许可。", "No licence of the association is in force for this service.")
_VOTED: Final = Text("您或您的机构已经投过票。", "You, or your organisation, have voted already.")

PROBLEMS: Final[Mapping[str, Text]] = {
    **REFUSALS,
    # the form
    "REQUEST_INVALID": Text("填写的内容有误，请检查后再提交。", "Something in the form does not fit; look it over."),
    "REQUEST_MEDIA_TYPE": Text("请使用本页的表单。", "Use the page's own form."),
    "REQUEST_TOO_LARGE": Text("提交的内容太大。", "What was sent is too large."),
    "FORM_FOREIGN": Text("表单来自别的网站，没有处理。", "The form came from another site, and was not taken."),
    "QUERY_VALUE": Text("编号的写法不对，请核对后再查。", "No such number has that form; look it over."),
    "QUERY_ORDER": Text("请只填写其中一项。", "Fill in one of them, and no more."),
    "RATE_LIMITED": Text("请求太频繁，请稍后再试。", "Too many requests; try again later."),
    "IDEMPOTENCY_KEY_INVALID": Text("请重新打开本页再提交。", "Open the page anew, and send its form."),
    "IDEMPOTENCY_KEY_REUSED": Text(
        "这个表单已用别的内容提交过，请重新打开本页。",
        "This form was sent before with something else; open the page anew.",
    ),
    "IDEMPOTENCY_IN_PROGRESS": Text("同一个表单正在处理，请稍候。", "The same form is under way; wait a moment."),
    "IDEMPOTENCY_LOST": Text("处理中断了，请查看结果后再试。", "It broke off; look what came of it, then try again."),
    "IDEMPOTENCY_UNREADABLE": Text(
        "已处理过，但结果无法再显示。", "It was done before, and its answer can't be shown any more."
    ),
    "DOCUMENT_UNKNOWN": Text("没有这份文件。", "There is no such document."),
    "DOCUMENT_EMPTY": Text("文件是空的。", "The document is empty."),
    "DOCUMENT_DAMAGED": Text("保存的文件与登记的哈希不符。", "The document kept is not the one that was recorded."),
    "DOCUMENT_IO": _AWAY,
    # keys and certificates
    "TOKEN_MISSING": Text("请先登录。", "Sign in first."),
    "TOKEN_INVALID": Text("令牌无效。", "The token is not valid here."),
    "TOKEN_EXPIRED": Text("令牌已过期，请重新登录。", "The token has expired; sign in anew."),
    "KEY_IS_YOURS": Text("请用您自己的密钥签名。", "Sign it with your own key: nobody else can."),
    "SIGNING_FUNCTION": Text("本服务不转交这个操作。", "The service does not pass on this call."),
    "SIGNING_CERTIFICATE": Text(
        "证书不是通道成员的，或者已过期、已吊销。", "The certificate is no member's of the channel, or has ended."
    ),
    "SIGNING_SIGNATURE": Text("签名与证书不符。", "The signature is not the certificate's."),
    "SIGNING_CHALLENGE": Text("登录请求已过时，请重试。", "The challenge to sign in is over; try again."),
    "ENROLMENT_REQUEST": Text("证书申请不合要求。", "The certificate request can't be taken."),
    "ENROLMENT_NONE": Text("本机构不为自己的密钥签发证书。", "This organisation certifies no keys here."),
    "ENROLMENT_DENIED": Text(
        "登记号或密码错误、已使用，或证书已吊销。",
        "The enrolment id or secret is wrong or used up, or the certificate was revoked.",
    ),
    "ENROLMENT_REFUSED": Text("证书机构拒绝了申请。", "The certificate authority refuses."),
    "ENROLMENT_UNREACHABLE": Text("证书机构没有响应，请稍后再试。", "The certificate authority does not answer."),
    # between the service and the ledger
    "SERVICE_UNREACHABLE": Text("连不上服务，请检查网络。", "The service can't be reached."),
    "SERVICE_NOT_READY": _AWAY,
    "SERVICE_INTERNAL": Text("服务出错了。", "The service failed."),
    "READMODEL_BUSY": _AWAY,
    "WRITE_UNCERTAIN": Text(
        "账本还没有答复是否生效，请先查看再重试。",
        "The ledger has not told whether it took effect; look before you retry.",
    ),
    "GATEWAY_DENIED": Text("节点不接受您的证书。", "The peer refuses your certificate."),
    "GATEWAY_COMMITTED_INVALID": Text(
        "另一笔交易先到了，这一笔没有生效，请重试。",
        "Another transaction came first and this one had no effect; try again.",
    ),
    "GATEWAY_DEADLINE": Text("账本没有及时答复，请稍后再试。", "The ledger did not answer in time; try again later."),
    "GATEWAY_ENDORSERS_DISAGREE": Text("各机构的节点结果不一致。", "The organisations' peers disagree."),
    "CHAINCODE_ARGUMENTS": Text("填写的内容合约无法读取。", "The contract can't read what was sent."),
    "CHAINCODE_ARGUMENT_TOO_LARGE": Text("提交的内容太大。", "What was sent is too large."),
    # escrow
    "ESCROW_ROLE_DENIED": _DENIED,
    "ESCROW_DENIED": _DENIED,
    "ESCROW_PLATFORM_NO_MEMBER": _NO_MEMBER,
    "ESCROW_PLATFORM_SUSPENDED": _SUSPENDED,
    "ESCROW_NOT_LICENSED": _UNLICENSED,
    "ESCROW_SERVICE_UNLICENSED": Text(
        "对方现在没有这项服务的许可，请另选一家。", "That party has no licence in force for this; name one that has."
    ),
    "ESCROW_LICENCE_DATES": Text(
        "许可不能从过去开始或结束，也不能中断。", "A licence begins or ends now or later, without a break."
    ),
    "ESCROW_LICENCE_HELD": Text("已经有这份许可。", "There is this licence already, for these keys."),
    "ESCROW_LICENCE_PARTIES": Text(
        "这些证书属于不同的主体或服务种类，请分别颁发。",
        "These certificates are of several parties or services; license each by itself.",
    ),
    "ESCROW_LICENCE_ROLE": Text(
        "证书里的角色不是支付服务商、承运人或检验员，请先换发证书。",
        "The role in the certificate is none of a payment provider, carrier or inspector; have it issued anew first.",
    ),
    "ESCROW_LICENCE_OVER": Text("许可已经结束。", "The licence has ended."),
    "ESCROW_LICENCE_UNKNOWN": Text("没有这份许可。", "There is no such licence."),
    "ESCROW_WRONG_STATE": Text("订单现在的状态不允许这样做。", "The order is in another state."),
    "ESCROW_TOO_LATE": _LATE,
    "ESCROW_NOT_DUE": _NOT_DUE,
    "ESCROW_VOTED": _VOTED,
    "ESCROW_ORDER_UNKNOWN": Text("没有这个订单，或者您不是当事人。", "There is no such order, or it is not yours."),
    "ESCROW_LISTING_UNKNOWN": Text("没有这件商品。", "There are no such goods on offer."),
    "ESCROW_LISTING_WITHDRAWN": Text("商品已下架。", "The goods were withdrawn."),
    "ESCROW_PAYOUT_UNKNOWN": Text("没有这笔提现。", "There is no such payout."),
    "ESCROW_PAYMENT_UNKNOWN": Text("没有这笔付款。", "There is no such payment."),
    "ESCROW_TERMS": Text("条款不符合标准。", "The terms are against the standard."),
    "ESCROW_TERMS_OTHER": Text("条款与您看到的不同。", "These are not the terms that you saw."),
    "ESCROW_OWN_GOODS": Text("不能买自己的商品。", "Nobody buys their own goods."),
    "ESCROW_OWN_CARRIER": Text("买卖双方不能做承运人。", "No side of an order carries its parcel."),
    "ESCROW_CARRIER": Text("承运人不对。", "It is another carrier's."),
    "ESCROW_AREA": Text("请选择收货区域。", "An area of delivery is needed for goods, and for goods alone."),
    "ESCROW_AMOUNT": Text("金额写法不对。", "That is no amount of this currency."),
    "ESCROW_COMMITMENT": Text(
        "虚拟商品需要密文承诺，其他商品不能有。", "Virtual goods need a commitment; others none."
    ),
    "ESCROW_KEY_OTHER": Text("这不是卖家承诺的密钥。", "This is not the key that the seller is bound to."),
    "ESCROW_KEY_FITS": Text("密钥能打开约定的商品，证明不成立。", "The key opens the goods: nothing is proved."),
    "ESCROW_GOODS_OTHER": Text("这不是卖家承诺的密文。", "These are not the sealed goods that the seller is bound to."),
    "ESCROW_CLAIM": Text("这种商品不能提这个投诉。", "Of such goods, that can't be claimed."),
    "ESCROW_CLAIMED": Text("已经投诉过了。", "The buyer has complained already."),
    "ESCROW_EVIDENCE_MUCH": Text("证据已达到上限。", "As much evidence was told as counts."),
    "ESCROW_TAG_READ": Text("标签已经核对过。", "The tag has been read."),
    "ESCROW_ITEM_BOUND": Text("这件商品属于另一个订单。", "The item belongs to another order."),
    "ESCROW_PARCEL_USED": Text("运单号属于另一个订单。", "The parcel belongs to another order."),
    "ESCROW_PROPOSALS": Text("提议次数已用完。", "There were too many proposals."),
    "ESCROW_PROPOSAL_OTHER": Text("对方的提议已改变，请重新查看。", "The last proposal is another one; look again."),
    "ESCROW_REFERENCE_USED": Text("这笔付款编号已经用过。", "The payment with this reference counted already."),
    "ESCROW_STANDARD_OUTDATED": Text(
        "标准已更新，请按新标准重新发布商品。", "Another standard is in force; offer the goods by that."
    ),
    "ESCROW_STANDARD_UNKNOWN": Text("没有生效的托管标准。", "No escrow standard is in force."),
    "ESCROW_STANDARD_INCOMPLETE": Text("标准缺少所需的数值。", "The standard lacks a number."),
    "ESCROW_NOTE_UNKNOWN": Text(
        "票据已用掉或不存在，请重新打开本页。", "The note is spent, or never was; open the page anew."
    ),
    "ESCROW_NOTE_NOT_YOURS": Text("票据不是您的。", "The note is somebody else's."),
    "ESCROW_NOTE_FROZEN": Text("票据已被冻结。", "The note is frozen."),
    "ESCROW_NOTE_LOCKED": Text("票据被订单锁定。", "An order under way holds the note."),
    "ESCROW_NOTE_SHORT": Text("资金不足。", "You have too little money for that."),
    "ESCROW_NOTE_INPUTS": Text("需要的票据太多，请先合并。", "It takes too many notes; join some of them first."),
    "ESCROW_NOTE_OUTPUTS": Text("付款笔数太多。", "There are too many payments in one."),
    "ESCROW_NOTE_CURRENCIES": Text("票据币种不同。", "The notes are of other currencies."),
    "ESCROW_NOTE_OWNER": Text("没有这个收款账户。", "There is no such account to pay to."),
    "ESCROW_NOTE_OWNERS": Text("票据属于不同的人。", "The notes are of several owners."),
    "ESCROW_NOTE_REPEATED": Text("同一张票据用了两次。", "A note stands twice."),
    "ESCROW_NOTE_UNBALANCED": Text("付出与收入不相等。", "What goes in is not what comes out."),
    "ESCROW_NOTE_OVERFLOW": Text("金额太大。", "The amount is too large."),
    "ESCROW_NOTE_DUST": Text("票据金额太小。", "The note would be too small."),
    "ESCROW_FREEZE_UNKNOWN": Text("没有这个冻结。", "There is no such freeze."),
    "ESCROW_FREEZE_OVER": Text("冻结已结束。", "The freeze is over."),
    "ESCROW_FREEZE_GROUND": Text("冻结的依据不成立。", "The ground does not carry a freeze."),
    "ESCROW_FREEZE_LONG": Text("冻结时间超过标准。", "The freeze is longer than the standard permits."),
    "ESCROW_FREEZE_ORIGIN": Text("找不到资金的来源。", "The money's origin is not on the ledger."),
    "ESCROW_FREEZE_TRAIL": Text("这笔钱不是从那里来的。", "The money did not come from there."),
    # disclosures, sanctions, standards
    "DISCLOSURE_ROLE_DENIED": _DENIED,
    "DISCLOSURE_MEMBER_DENIED": _DENIED,
    "DISCLOSURE_SANCTION_DENIED": _DENIED,
    "DISCLOSURE_VOTE_DENIED": _DENIED,
    "DISCLOSURE_TOO_LATE": _LATE,
    "DISCLOSURE_TOO_EARLY": Text("还没有到时间。", "It is too early for that."),
    "DISCLOSURE_NOT_DUE": _NOT_DUE,
    "DISCLOSURE_SUSPENDED": _SUSPENDED,
    "DISCLOSURE_VOTED": _VOTED,
    "DISCLOSURE_UNKNOWN": Text("没有这项披露。", "There is no such disclosure."),
    "DISCLOSURE_FILED": Text("已经披露过了。", "It was disclosed already."),
    "DISCLOSURE_NOT_FILED": Text("还没有披露。", "It was not disclosed yet."),
    "DISCLOSURE_NOT_OWED": Text("标准不要求这项披露。", "The standard asks for no such disclosure."),
    "DISCLOSURE_LATE_ALREADY": Text("已认定为迟交。", "It was found late already."),
    "DISCLOSURE_PERIOD": Text("披露的期间不对。", "That is no period of this disclosure."),
    "DISCLOSURE_REASONS": Text("退回时必须写明理由。", "A rejection needs its reasons."),
    "DISCLOSURE_LICENCE_EXPIRED": Text("许可证已过期。", "The licence has expired."),
    "DISCLOSURE_ATTACHMENTS": Text("附件太多或重复。", "There are too many attachments, or one stands twice."),
    "DISCLOSURE_STATEMENTS": Text("已提交的陈述达到上限。", "As many statements were made as count."),
    "DISCLOSURE_MEMBER": Text("成员信息有误。", "The member is not as described."),
    "DISCLOSURE_MEMBER_ENROLLED": Text("已经是成员。", "It is a member already."),
    "DISCLOSURE_MEMBER_UNKNOWN": Text("没有这个成员。", "There is no such member."),
    "DISCLOSURE_GROUND": Text("依据不支持这个处罚。", "The ground does not carry the sanction."),
    "DISCLOSURE_GROUND_UNKNOWN": Text("账本上没有这个依据。", "The ground is not on the ledger."),
    "DISCLOSURE_RULE_UNKNOWN": Text("标准没有这条规则。", "The standard has no such rule."),
    "DISCLOSURE_PENALTY": Text("处罚超出标准或填写不全。", "The penalty is not as the standard permits."),
    "DISCLOSURE_SANCTIONED": Text("同一依据和规则已有处罚。", "There is a sanction by this ground and rule."),
    "DISCLOSURE_SANCTION_UNKNOWN": Text("没有这个处罚。", "There is no such sanction."),
    "DISCLOSURE_SANCTION_STATE": Text("处罚现在的状态不允许这样做。", "The sanction is in another state."),
    "DISCLOSURE_STANDARD_UNKNOWN": Text("没有生效的标准。", "No such standard is in force."),
    "DISCLOSURE_STANDARD_DATES": Text("标准的日期不对。", "The standard's dates don't fit."),
    "DISCLOSURE_STANDARD_NUMBERS": Text(
        "标准缺少数值或数值不合理。", "The standard lacks numbers, or has absurd ones."
    ),
    "DISCLOSURE_STANDARD_VERSIONS": Text("标准的版本太多或重复。", "The standard has this version, or too many."),
    "DISCLOSURE_PARAMETER_RANGE": Text("参数超出范围。", "A parameter is out of its range."),
    "DISCLOSURE_PARAMETER_UNKNOWN": Text("没有这个参数。", "There is no such parameter."),
    "DISCLOSURE_BALLOT_UNKNOWN": Text("没有这次表决。", "There is no such ballot."),
    "DISCLOSURE_BALLOT_OPEN": Text("表决正在进行。", "The ballot is open."),
    "DISCLOSURE_BALLOT_CLOSED": Text("表决已结束。", "The ballot is closed."),
    # complaints, inspections, the monitoring list
    "SUPERVISION_NOT_LICENSED": _UNLICENSED,
    "SUPERVISION_COMPLAINT_DENIED": _DENIED,
    "SUPERVISION_INSPECTION_DENIED": _DENIED,
    "SUPERVISION_ANOMALY_DENIED": _DENIED,
    "SUPERVISION_TOO_LATE": _LATE,
    "SUPERVISION_NOT_DUE": _NOT_DUE,
    "SUPERVISION_ABOUT": Text("投诉的对象不对。", "What the complaint is about is not on the ledger."),
    "SUPERVISION_COMPLAINT_UNKNOWN": Text("没有这个投诉。", "There is no such complaint."),
    "SUPERVISION_COMPLAINT_STATE": Text("投诉现在的状态不允许这样做。", "The complaint is in another state."),
    "SUPERVISION_VERDICT": Text("这里不能作出这个结论。", "That is no verdict here."),
    "SUPERVISION_INSPECTION_UNKNOWN": Text("没有这个检查。", "There is no such inspection."),
    "SUPERVISION_INSPECTION_STATE": Text("检查现在的状态不允许这样做。", "The inspection is in another state."),
    "SUPERVISION_INSPECTION_OPEN": Text("检查还没有结束。", "The inspection is still open."),
    "SUPERVISION_LISTING_UNKNOWN": Text("监测名单里没有这一条。", "The monitoring list has no such entry."),
    "SUPERVISION_LISTING_OPEN": Text("已经在监测名单上。", "It is on the monitoring list already."),
    "SUPERVISION_LISTING_STATE": Text("名单条目现在不允许这样做。", "The entry is in another state."),
    "SUPERVISION_ANOMALY_UNKNOWN": Text("没有这个异常。", "There is no such anomaly."),
    "SUPERVISION_ANOMALY_OPEN": Text("这个异常已在记录中。", "The anomaly is on record already."),
    "SUPERVISION_PLATFORM_UNKNOWN": Text("没有这个平台。", "There is no such platform."),
    "SUPERVISION_RECALL_UNKNOWN": Text("没有这个召回。", "There is no such recall."),
    "SUPERVISION_RULE_UNKNOWN": Text("标准没有这条规则。", "The standard has no such rule."),
    "SUPERVISION_REASON": Text("请写明理由。", "A reason is needed."),
    "SUPERVISION_RECEIPT": Text("回执不对。", "The receipt is not this complaint's."),
    "SUPERVISION_RECEIPT_MISSING": Text("需要回执。", "A receipt is needed."),
    "SUPERVISION_RECEIPT_UNKNOWN": Text("没有这个回执的投诉。", "There is no complaint with this receipt."),
    # personal data
    "PRIVACY_PLATFORM_NO_MEMBER": _NO_MEMBER,
    "PRIVACY_PLATFORM_SUSPENDED": _SUSPENDED,
    "PRIVACY_CAPABILITY": Text("密码与订单不符。", "The secret is not this order's."),
    "PRIVACY_RETAINED": Text("法律要求平台暂时保留。", "The law has the platform keep them for now."),
    "PRIVACY_FIELD": Text("请选择或填写一个字段。", "Choose a field, or fill one in."),
    "PRIVACY_VALUE": Text("内容太长或有不能用的字符。", "A value is too long, or has characters that can't be."),
    "PRIVACY_CORRECTION_DENIED": Text("更正由订单所属平台的专员决定。", "Officers of the order's platform decide it."),
    "PRIVACY_OPEN": Text("内容无法解密。", "It does not open under this service's key."),
    "PRIVACY_UNFINISHED": Text("正在写入，请稍后再看。", "It is being written; look again soon."),
    "PRIVACY_CORRECTION_UNKNOWN": Text(
        "没有这个更正请求，可能已经处理。", "No such correction is asked for; it may be decided already."
    ),
    "PRIVACY_STATEMENT": Text("公开说明里有个人信息。", "The public statement has something personal in it."),
    "PRIVACY_VERSION": Text("数据已被更新，请重新打开本页。", "The data were changed meanwhile; open the page anew."),
    "PRIVACY_WARRANT_OWN": Text("令状须由另一名监管员确认。", "A warrant is confirmed by another officer."),
    "PRIVACY_WARRANT_CONFIRMED": Text("令状已经确认过。", "The warrant is confirmed already."),
    "PRIVACY_WARRANT_TIME": Text("令状的时间不对。", "The warrant's times don't fit."),
    "PRIVACY_READER": Text("这次读取属于另一名监管员。", "The reading is another officer's."),
    "PRIVACY_RELEASED": Text("这次读取的密钥已经给出。", "The reading had its keys."),
    "PRIVACY_DATA_UNKNOWN": Text("没有这些个人信息。", "There are no such personal data."),
    "PRIVACY_NOT_KEPT": Text("没有保存这些个人信息。", "The personal data are not kept."),
    "PRIVACY_KEY_UNKNOWN": Text("密钥服务还没有公布密钥。", "The key service has offered no key."),
    "PRIVACY_NO_KEY_SERVICE": Text("这里不是密钥服务。", "This is not the key service."),
    "PRIVACY_KEY_SERVICE": Text("密钥服务的答复不对。", "The key service's answer does not fit."),
    "PRIVACY_KEY_SERVICE_AWAY": Text(
        "密钥服务没有响应，请稍后再试。", "The key service does not answer; try again later."
    ),
    "PRIVACY_PROOF": Text("内容与账本上的承诺不符。", "It is not what the platform committed to."),
}
_REFUSED: Final = Text("账本没有接受这个请求。", "The ledger refused it.")


def problem_text(code: str, language: Language) -> str:
    """The sentence for the code of a refusal; a general one for a code that people don't meet, or a later one."""
    return PROBLEMS.get(code, _REFUSED).said(language)


def problem_in_full(code: str, detail: str, language: Language) -> str:
    """The sentence, with the ``detail`` of what refused (English) and the code, for who asks somebody about it."""
    return f"{problem_text(code, language)} {detail} ({code})"
