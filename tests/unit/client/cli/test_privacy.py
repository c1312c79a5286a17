"""``fairledger warrant`` and ``fairledger privacy``: what is refused before anything is asked, and what is checked."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fairledger.cli.errors import CommandError
from fairledger.cli.privacy import privacy, read_disclosure
from fairledger.cli.warrant import check_id, read_terms
from fairledger.privacy import PrivateKey, disclose, seal_order
from fairledger.privacy.key_ring import KeyRing
from fairledger.privacy.opening import open_with
from tests.support.proofs import ProvedChannel
from tests.support.purges import Purge

TERMS = {
    "platform": "PlatformAMSP",
    "subject": {"kind": "order", "value": "o-1"},
    "fields": ["name"],
    "purpose": "complaint 7",
    "legal_basis": "article 25",
    "valid_from": "2026-11-25T00:00:00Z",
    "valid_until": "2026-12-25T00:00:00Z",
}


def written(folder: Path, content: object) -> Path:
    file = folder / "file.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def test_terms_are_read_from_a_file(tmp_path: Path) -> None:
    terms = read_terms(written(tmp_path, TERMS))
    assert (terms.fields, terms.valid_until) == (("name",), datetime(2026, 12, 25, tzinfo=UTC))


@pytest.mark.parametrize(
    ("content", "named"),
    [({**TERMS, "fields": []}, "fields"), ({**TERMS, "valid_until": "tomorrow"}, "valid_until"), ("x", "the file")],
)
def test_terms_that_do_not_fit_are_refused_with_the_member(tmp_path: Path, content: object, named: str) -> None:
    with pytest.raises(CommandError, match=f"not a warrant's terms: {named}$") as refused:
        read_terms(written(tmp_path, content))
    assert refused.value.code == "PRIVACY_WARRANT_FILE"


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    for read, code in ((read_terms, "PRIVACY_WARRANT_FILE"), (read_disclosure, "PRIVACY_FILE")):
        with pytest.raises(CommandError, match="can't be read") as refused:
            read(tmp_path / "missing.json")
        assert refused.value.code == code


@pytest.mark.parametrize("warrant_id", ["", "x", "A" * 64, "0" * 63])
def test_what_is_no_id_is_not_asked_for(warrant_id: str) -> None:
    with pytest.raises(CommandError) as refused:
        check_id(warrant_id)
    assert refused.value.code == "PRIVACY_WARRANT_UNKNOWN"


def test_shown_fields_are_read_back_and_what_is_none_tells_nothing_of_its_content(tmp_path: Path) -> None:
    key = PrivateKey.generate()
    data = seal_order("PlatformAMSP", "o-1", "0001", {"name": "canary", "phone": "138"}, [key.key.public_key()])
    shown = disclose(data, open_with(KeyRing(key), data), ["name"])
    assert read_disclosure(written(tmp_path, shown.model_dump_json())) == shown
    with pytest.raises(CommandError) as refused:
        read_disclosure(written(tmp_path, {**json.loads(shown.model_dump_json()), "more": "canary"}))
    assert (refused.value.code, "canary" in str(refused.value)) == ("PRIVACY_FILE", False)


@pytest.mark.parametrize(
    ("purge", "order", "status", "last"),
    [
        (Purge(), "o-1", 0, "14 ok what remains: that no version conflict"),
        (Purge(), "o-2", 1, "✗ step 11: PROOF_PURGE: the transaction is about the order o-1 of PlatformAMSP"),
        (Purge(is_purge=False), "o-1", 1, "✗ step 13: PROOF_PURGE: no command to purge version 0002"),
        (None, "o-1", 2, "✗ step 1: PROOF_UNREADABLE"),
    ],
)
async def test_the_proof_of_a_purge_is_told_step_by_step_and_by_the_exit_status(
    tmp_path: Path, purge: Purge | None, order: str, status: int, last: str
) -> None:
    channel = ProvedChannel()
    (tmp_path / "purge.json").write_bytes((await purge.proved(channel)).to_bytes() if purge else b"{}")
    for msp_id, root in channel.roots.items():
        (tmp_path / f"{msp_id}.pem").write_bytes(root)

    arguments = ["--platform", "PlatformA", "--order", order, "--roots", str(tmp_path)]
    result = CliRunner().invoke(privacy, ["purged", str(tmp_path / "purge.json"), *arguments])

    assert result.exit_code == status
    assert (result.stderr or result.stdout).splitlines()[-1].startswith(last)
