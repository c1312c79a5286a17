"""Since when certificates are revoked, by the channel's configurations."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from fabric_protos.common import common_pb2

from fairledger.readmodel.database import Database
from fairledger.readmodel.projector import Projector
from fairledger.readmodel.revocations import Revocation, revocation_of
from fairledger_chaincode.simulator.identity import CertificateAuthority
from tests.support.blocks import NOON, Chain, envelope
from tests.support.channel_config import ENDORSING, ChannelConfig

AUTHORITIES = {msp_id: CertificateAuthority(msp_id) for msp_id in ENDORSING}
LATER = datetime(2026, 11, 24, tzinfo=UTC)
HOME, OTHER = "PlatformAMSP", "PlatformBMSP"


def certificate(name: str, msp_id: str = HOME) -> x509.Certificate:
    return AUTHORITIES[msp_id].issue(name).certificate


def configure(chain: Chain, revoked: Sequence[x509.Certificate], at: datetime = NOON, **other: Any) -> None:
    config = ChannelConfig(AUTHORITIES, at, list(revoked), **other)
    chain.add([envelope("", kind=common_pb2.HeaderType.CONFIG, at=at, config=config.content())])


def projected(database: Database, chain: Chain) -> None:
    for block in chain.blocks:
        Projector(database).apply(block)


def found(database: Database, who: x509.Certificate, msp_id: str = HOME) -> Revocation | None:
    with database.reading() as connection:
        return revocation_of(connection, msp_id, who)


def test_a_certificate_is_revoked_from_the_first_configuration_that_lists_it(database: Database) -> None:
    chain, thief, late, honest = Chain(), certificate("thief"), certificate("late"), certificate("honest")
    configure(chain, [])
    configure(chain, [thief])
    configure(chain, [thief, late], LATER)
    projected(database, chain)
    assert found(database, thief) == Revocation(2, NOON)
    assert found(database, late) == Revocation(3, LATER)
    assert found(database, honest) is None
    assert found(database, thief, OTHER) is None


def test_a_certificate_that_a_later_list_leaves_out_stays_revoked(database: Database) -> None:
    chain, thief = Chain(), certificate("thief")
    configure(chain, [thief])
    configure(chain, [])
    projected(database, chain)
    assert found(database, thief) == Revocation(1, NOON)


def test_a_list_that_another_authority_signed_revokes_nobody(database: Database) -> None:
    chain, victim = Chain(), certificate("victim")
    configure(chain, [victim], list_signer=AUTHORITIES[OTHER])
    projected(database, chain)
    assert found(database, victim) is None


@pytest.mark.parametrize("kind", [common_pb2.HeaderType.CONFIG_UPDATE, common_pb2.HeaderType.ORDERER_TRANSACTION])
def test_what_is_no_configuration_revokes_nobody(database: Database, kind: int) -> None:
    chain, victim = Chain(), certificate("victim")
    config = ChannelConfig(AUTHORITIES, NOON, [victim])
    chain.add([envelope("", kind=kind, config=config.content())])
    projected(database, chain)
    assert found(database, victim) is None


def test_a_configuration_that_peers_refused_revokes_nobody(database: Database) -> None:
    chain, victim = Chain(), certificate("victim")
    config = ChannelConfig(AUTHORITIES, NOON, [victim])
    chain.add([envelope("", kind=common_pb2.HeaderType.CONFIG, config=config.content())], [255])
    projected(database, chain)
    assert found(database, victim) is None
