"""A service learns from consortium.yaml where its read model is; healing it empties that read model, wherever it is."""

from pathlib import Path

import pytest

from fairledger.readmodel.database import Database
from fairledger.readmodel.location import readmodel_url
from fairledger.readmodel.projector import Position, Projector
from fairledger_network.consortium import Consortium, find_consortium_file
from fairledger_network.layout import Layout
from fairledger_network.read_models import forget_read_model, write_read_models
from tests.support.blocks import Chain
from tests.support.postgres import PostgresServer

URL = "postgresql+psycopg://service@db.example/platforma"


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


def consortium(read_model: str | None) -> Consortium:
    """The project's own, with another place for PlatformA's read model."""
    own = Consortium.load(find_consortium_file(Path(__file__).parent))
    first, *others = own.organizations
    return own.model_copy(update={"organizations": (first.model_copy(update={"read_model": read_model}), *others)})


def project_a_block(layout: Layout) -> None:
    layout.api("PlatformA").mkdir(parents=True, exist_ok=True)
    database = Database.open(readmodel_url(layout.api("PlatformA")))
    assert Projector(database).apply(Chain().blocks[0])
    database.close()


def position(layout: Layout) -> Position:
    database = Database.open(readmodel_url(layout.api("PlatformA")))
    found = Projector(database).position()
    database.close()
    return found


def test_the_service_is_told_where_consortium_yaml_says(layout: Layout) -> None:
    write_read_models(consortium(URL), layout)
    assert readmodel_url(layout.api("PlatformA")) == URL
    assert readmodel_url(layout.api("PlatformB")) == f"sqlite:///{layout.api('PlatformB')}/readmodel.sqlite"
    assert (layout.api("PlatformA") / "readmodel.url").stat().st_mode & 0o777 == 0o600

    write_read_models(consortium(None), layout)
    assert readmodel_url(layout.api("PlatformA")) == f"sqlite:///{layout.api('PlatformA')}/readmodel.sqlite"


def test_a_file_is_forgotten(layout: Layout) -> None:
    project_a_block(layout)
    forget_read_model(layout, "PlatformA")
    assert list(layout.api("PlatformA").iterdir()) == []
    assert position(layout) == Position()


def test_a_database_on_a_server_is_emptied(layout: Layout, postgres: PostgresServer) -> None:
    write_read_models(consortium(postgres.new_url()), layout)
    project_a_block(layout)
    assert position(layout).next_block == 1
    forget_read_model(layout, "PlatformA")
    assert position(layout) == Position()
