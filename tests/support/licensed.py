"""Membership and licences for the people of a test, as an officer of the association gives them."""

import json
from collections.abc import Iterable
from typing import Any, Final, Protocol

from fairledger.gateway.errors import EndorseError
from fairledger.wallet import Wallet, WalletEntry
from fairledger_chaincode.identity import ClientIdentity
from fairledger_contracts.escrow.callers import anyone
from fairledger_contracts.records.service_licence import SERVICES, signing_key

PLATFORMS: Final = {"PlatformAMSP": "Shop of Shenzhen", "PlatformBMSP": "Shop of Chengdu"}


class Writes(Protocol):
    """What writes to a ledger in a person's name."""

    async def write(self, person: WalletEntry, function: str, *arguments: str) -> object:
        """See ``fairledger.api.writes``."""
        ...


async def admit(writes: Writes, wallet: Wallet) -> None:
    """Let all of a wallet trade, as its officer: platforms are members, and who needs a licence has one."""
    await enrol_platforms(writes, wallet)
    await license_wallet(writes, wallet)


async def enrol_platforms(writes: Writes, wallet: Wallet) -> None:
    """Make both platforms members, unless they are, as the officer of a wallet."""
    for msp_id, shop in PLATFORMS.items():
        try:
            await writes.write(wallet.get("officer"), "disclosure:enrol", msp_id, shop)
        except EndorseError as error:
            if error.code != "DISCLOSURE_MEMBER_ENROLLED":
                raise


async def license_wallet(writes: Writes, wallet: Wallet, *but: str) -> None:
    """License everybody of a wallet whose role needs it, as its officer, ``but`` people of these names."""
    creators = [wallet.get(name).identity.serialized for name in wallet.names() if name not in but]
    for licence in licences_for(creators):
        await writes.write(wallet.get("officer"), "escrow:license_service", json.dumps(licence))


def licences_for(creators: Iterable[bytes]) -> list[dict[str, Any]]:
    """What an officer licenses, so that people (as proposals carry them) may do what their roles say.

    One licence a party, with the keys of all its people; who has another role needs none.
    """
    licences: dict[tuple[str, str, str], dict[str, Any]] = {}
    for creator in creators:
        caller = ClientIdentity.from_creator(creator)
        person = anyone(caller)
        if person.role in SERVICES:
            party = person.party
            named = {"service": person.role, "msp_id": party.msp_id, "place": party.place}
            licence = licences.setdefault((person.role, *party), {**named, "name": f"A {person.role}", "keys": []})
            licence["keys"].append(signing_key(caller.certificate))
    return list(licences.values())
