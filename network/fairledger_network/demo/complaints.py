"""The act about complaints: one in one's own name, and one against a receipt that ends in a recall."""

from collections.abc import Mapping
from typing import Any

from fairledger_network.demo.fresh_goods import FreshGoods
from fairledger_network.demo.people import People
from fairledger_network.demo.service import Service
from fairledger_network.demo.teller import Teller
from fairledger_network.errors import DemoFailed

PLATFORM = "PlatformBMSP"
MERCHANT_GLN = "9521000000049"
REASON = "Histamine above the limit in oysters that had got too warm"


class Complaints:
    """Lets buyers complain and authorities look into it; fails when a complaint gets lost on the way."""

    def __init__(self, services: Mapping[str, Service], people: People, teller: Teller) -> None:
        self._services = services
        self._people = people
        self._teller = teller

    def inspect(self, fresh: FreshGoods) -> None:
        """A complaint is answered; another, of somebody unknown, becomes an inspection, and that a recall."""
        self._teller.act("From a complaint to an inspection to a recall")
        self._answered()
        receipt, complaint = self._anonymous(fresh)
        self._inspection(fresh, complaint)
        settled = self._services["Regulator"].post_bare("/complaints/receipts/settle", {"receipt": receipt}).json()
        if settled["state"] != "resolved":
            raise DemoFailed(f"the complaint of the receipt should be resolved, and is {settled['state']}")
        self._teller.say("With the receipt, at another organisation, whoever complained ends the complaint.")
        self._teller.link(f"{self._services['Regulator'].url}/board")
        self._people.page("regulator", "/desk/supervision")
        self._teller.say("Whoever scans a box from that catch is warned:")
        page = self._teller.link(self._people.at("PlatformA").scan_page(fresh.boxes[0]))
        self._teller.came_to(f"the catch {fresh.lot.rpartition('.')[2]} is recalled", page)

    def _answered(self) -> None:
        about = {"kind": "merchant", "id": MERCHANT_GLN}
        new = {"about": about, "platform": PLATFORM, "matter": "delivered_late"}
        complaint = self._people.write("consumer", "complains of late delivery", "/complaints", new)
        at = f"/complaints/{complaint['id']}"
        self._people.write("warden", "answers for the platform", f"{at}/answer", {})
        settled = self._people.write("consumer", "is content", f"{at}/settle", {})
        if settled["state"] != "resolved":
            raise DemoFailed(f"the complaint should be resolved, and is {settled['state']}")

    def _anonymous(self, fresh: FreshGoods) -> tuple[str, dict[str, Any]]:
        """The receipt, and the complaint as the regulator finds it by the receipt."""
        service, reader = self._services["PlatformB"], self._services["Regulator"]
        new = {"about": {"kind": "tag", "id": fresh.boxes[0]}, "platform": PLATFORM, "matter": "unsafe"}
        filed = service.post_bare("/complaints/anonymous", new).json()
        receipt: str = filed["receipt"]
        self._people.note(service)
        self._people.catch_up(reader)
        found: dict[str, Any] = reader.post_bare("/complaints/receipts", {"receipt": receipt}).json()
        if (found["id"], found["recorder"]["role"]) != (filed["complaint"]["id"], "service"):
            raise DemoFailed("the receipt leads to another complaint, or the complaint names who complained")
        told = (
            f"Somebody without an account complains: unsafe, transaction {found['id']}. Their receipt: {receipt[:8]}…"
        )
        self._teller.say(told)
        self._teller.link(f"{service.url}/complain")
        return receipt, found

    def _inspection(self, fresh: FreshGoods, complaint: Mapping[str, Any]) -> None:
        new = {
            "target": {"kind": "lot", "id": fresh.lot},
            "platform": PLATFORM,
            "place": "on_site",
            "complaint_id": complaint["id"],
        }
        inspection = self._people.write("regulator", "orders an inspection", "/inspections", new)
        at = f"/inspections/{inspection['id']}"
        findings = {"findings": [{"subject": "goods", "severity": "critical"}]}
        self._people.write("inspector", "finds the goods unsafe", f"{at}/report", findings)
        body = {"items": [fresh.lot], "measure": "destroy", "reason": REASON}
        recall = self._people.write("officer", "recalls the catch", "/trace/recalls", body)
        closed = self._people.write("regulator", "closes the inspection", f"{at}/close", {"recall_id": recall["id"]})
        goods = self._people.see("regulator", f"/trace/recalls/{recall['id']}")["scope"]["goods"]
        if (closed["state"], closed["recall_id"]) != ("closed", recall["id"]) or goods < len(fresh.boxes):
            raise DemoFailed(f"the inspection should close with a recall of all boxes, and reaches {goods}")
        self._teller.say(f"The recall reaches {goods} lots and things.")
