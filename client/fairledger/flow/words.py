"""What the list and the picture of a flow say, in Chinese and English."""

from collections.abc import Mapping
from typing import Final

from fairledger.words.text import Text
from fairledger_contracts.records.movement import MovementKind

KINDS: Final[Mapping[MovementKind, Text]] = {
    MovementKind.ISSUE: Text("付款入账", "Paid in"),
    MovementKind.PAY: Text("支付", "Paid on"),
    MovementKind.LOCK: Text("锁定", "Locked"),
    MovementKind.SETTLE: Text("结算", "Settled"),
    MovementKind.REDEEM: Text("兑付", "Paid out"),
}
TITLE: Final = Text("资金流向", "Flow of funds")
DESCRIPTION: Final = Text(
    "{movements} 笔资金变动，从 {issued} 笔入账到 {redeemed} 笔兑付，从左到右；页面上的列表有全部内容。",
    "{movements} movements from left to right, {issued} of money paid in and {redeemed} of money paid out;"
    " the list tells all of it.",
)
EARLIER: Final = Text("来自之前", "from before")
SPENT: Final = Text("之后已花费", "spent later")
UNSPENT: Final = Text("未花费", "unspent")
FROZEN: Final = Text("冻结至 {until}", "frozen until {until}")
SOMEBODY: Final = Text("{organization} 的成员", "somebody of {organization}")
ACCOUNT: Final = Text("{organization} 账户", "{organization}, account")
ORDER: Final = Text("订单 {id}…", "order {id}…")
PAYOUT: Final = Text("兑付 {id}…", "payout {id}…")
