"""The organisations' wallets, as the consortium's set-up fills them."""

from fairledger.identity import Identity
from fairledger.wallet import Wallet
from fairledger_network.ca_enrollment import Enrollment
from fairledger_network.consortium import Organization
from fairledger_network.layout import Layout


def create_wallet(layout: Layout, organization: Organization) -> None:
    """Make the organisation's wallet, with its key, unless it is there."""
    Wallet.open_or_create(layout.wallet(organization.name))


def put_in_wallet(layout: Layout, organization: Organization, name: str, enrollment: Enrollment) -> None:
    """Put an enrolment into the organisation's wallet."""
    wallet = Wallet(layout.wallet(organization.name))
    wallet.put(name, Identity(organization.msp_id, enrollment.certificate_pem), enrollment.private_key_pem)
