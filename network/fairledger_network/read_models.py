"""Where consortium.yaml puts an organisation's read model, told to its service; and how a read model is forgotten."""

from fairledger.readmodel import location
from fairledger_network.consortium import Consortium
from fairledger_network.files import SECRET, write_atomically
from fairledger_network.layout import Layout


def write_read_models(consortium: Consortium, layout: Layout) -> None:
    """Tell each organisation's service, and the commands, where its read model is."""
    for organization in consortium.organizations:
        file = layout.api(organization.name) / location.FILE
        if organization.read_model is None:
            file.unlink(missing_ok=True)
        else:
            write_atomically(file, f"{organization.read_model}\n".encode(), mode=SECRET)


def forget_read_model(layout: Layout, organization: str) -> None:
    """Let an organisation's read model be empty, of whatever version it is; its service must be stopped.

    Raises ``StoreError`` when a database on a server can't be used.
    """
    folder = layout.api(organization)
    url = location.readmodel_url(folder)
    if url.startswith("sqlite:"):
        for file in folder.glob("readmodel.sqlite*"):
            file.unlink()
        return
    from fairledger.readmodel.database import Database  # noqa: PLC0415  only who needs them pays for these
    from fairledger.readmodel.projector import clear  # noqa: PLC0415

    database = Database.open(url, any_version=True)
    try:
        with database.writing() as connection:
            clear(connection)
    finally:
        database.close()
