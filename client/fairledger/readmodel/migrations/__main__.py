"""``python -m fairledger.readmodel.migrations "Add orders"``: writes the next revision of the tables."""

import argparse
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import Script

from fairledger.readmodel import schema
from fairledger.readmodel.sql import connect


def main() -> None:
    """Write the revision and print its path."""
    parser = argparse.ArgumentParser(prog="python -m fairledger.readmodel.migrations", description=__doc__)
    parser.add_argument("subject", help="what the revision is for, in the imperative")
    print(f"{write_revision(parser.parse_args().subject)}: read it, complete it, and format it")


def write_revision(subject: str) -> Path:
    """The file of a new revision that makes the tables of ``tables`` out of those that all revisions make."""
    known = schema.revisions()
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{folder}/empty.sqlite", writes=True, connections=1)
        with engine.begin() as connection:
            if known:
                schema.upgrade(connection)
            config = schema.configured(connection)
            script = command.revision(config, subject, autogenerate=True, rev_id=f"{len(known) + 1:04d}")
        engine.dispose()
    assert isinstance(script, Script), "one revision was asked for"  # noqa: S101
    file = Path(script.path)
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.strip().startswith("# ###")), "utf-8")
    return file


if __name__ == "__main__":
    main()
