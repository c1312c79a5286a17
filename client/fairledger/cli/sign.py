"""``fairledger sign``: transactions signed by a key on a machine of your own, which may have no network."""

import hashlib
import json
import os
from pathlib import Path
from typing import Annotated, Final

import typer

from fairledger.cli.errors import CommandError
from fairledger.cli.service_client import post
from fairledger.cli.terminal import output_console

SERVICE: Final = "http://localhost:8080"

sign = typer.Typer(help="Sign transactions with a key that stays on your machine.", no_args_is_help=True)
Service = Annotated[str, typer.Option("--service", help="Your organisation's REST service.")]
Output = Annotated[Path, typer.Option("--output", "-o", help="File to write.")]
KeyFile = Annotated[Path, typer.Option("--key", help="Your private key (PEM).")]


@sign.command()
def enrol(
    *,
    enrolment_id: Annotated[str, typer.Argument(help="As your organisation registered you.")],
    key: KeyFile,
    output: Output,
    service: Service = SERVICE,
) -> None:
    """Make a key, unless the file is there, and have your organisation's CA certify it.

    The one-time secret is asked for, unless $FAIRLEDGER_SECRET holds it: other users see what a command line says.
    """
    from fairledger.cli.own_key import key_at, request_by  # noqa: PLC0415  only these commands pay for it

    request = request_by(key_at(key), enrolment_id)
    shown = os.environ.get("FAIRLEDGER_SECRET") or typer.prompt("one-time secret", hide_input=True)
    asked = {"request": request, "enrolment_id": enrolment_id, "secret": shown}
    told = post(f"{service}/signing/certificates", asked).told
    output.write_text(told["certificate"], encoding="utf-8")
    typer.echo(f"{output}: {told['name']} of {told['msp_id']}, until {told['not_after']}; the key stays in {key}")


@sign.command()
def renew(
    *,
    certificate: Annotated[Path, typer.Option("--certificate", help="Your certificate in force (PEM).")],
    key: KeyFile,
    new_key: Annotated[Path, typer.Option("--new-key", help="File of the new key; made unless it is there.")],
    output: Output,
    service: Service = SERVICE,
    passphrase: Annotated[str | None, typer.Option(envvar="FAIRLEDGER_PASSPHRASE", help="Of the key in use.")] = None,
) -> None:
    """Have another key certified by a signature of the one in use; no secret is needed, and you stay who you are.

    The certificate in use stays valid until it ends. One that has ended renews nothing.
    """
    import base64  # noqa: PLC0415  only these commands pay for these

    from cryptography import x509  # noqa: PLC0415

    from fairledger.cli.own_key import check_renewal, key_at, request_by  # noqa: PLC0415
    from fairledger.identity import KeySigner  # noqa: PLC0415
    from fairledger_chaincode.certificate import read_certificate  # noqa: PLC0415

    if not key.exists():
        raise CommandError("SIGN_FILE", f"{key} is not there", "name the key in use; --new-key may be new")
    held = key_at(key, passphrase)
    try:
        used = read_certificate(certificate.read_bytes())
    except OSError as error:
        raise CommandError("SIGN_FILE", f"{certificate} can't be read: {error.strerror}") from error
    except ValueError as error:
        raise CommandError("SIGN_FILE", f"{certificate} is no certificate") from error
    if used.public_key() != held.public_key():
        raise CommandError("SIGN_KEY_OTHER", "the key is not the one of the certificate")
    if output.resolve() == certificate.resolve() or new_key.resolve() == key.resolve():
        raise CommandError("SIGN_OUTPUT", "the key and certificate in use stay until they end", "name other files")
    (name,) = used.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    made = key_at(new_key)
    asked = {"certificate": certificate.read_text("ascii"), "request": request_by(made, str(name.value))}
    text = post(f"{service}/signing/renewals", asked).told["text"]
    check_renewal(text, asked["certificate"].encode(), asked["request"])
    signature = KeySigner(held).sign(hashlib.sha256(text.encode()).digest())
    told = post(f"{service}/signing/renewals/signed", {**asked, "signature": base64.b64encode(signature).decode()}).told
    try:
        is_of_key = read_certificate(told["certificate"].encode()).public_key() == made.public_key()
    except ValueError:
        is_of_key = False
    if not is_of_key:
        raise CommandError("SIGN_ALTERED", "the certificate is another key's", "tell the regulator")
    output.write_text(told["certificate"], encoding="utf-8")
    typer.echo(f"{output}: {told['name']} of {told['msp_id']}, until {told['not_after']}; the new key is in {new_key}")


@sign.command()
def propose(
    *,
    function: Annotated[str, typer.Argument(help="The function, such as escrow:confirm.")],
    arguments: Annotated[list[str] | None, typer.Argument(help="Its arguments; structured ones as JSON.")] = None,
    certificate: Annotated[Path, typer.Option("--certificate", help="Your certificate (PEM).")],
    msp: Annotated[str, typer.Option("--msp", help="Your organisation's MSP id, such as PlatformAMSP.")],
    output: Output,
    service: Service = SERVICE,
) -> None:
    """Have a transaction prepared. Nothing is sent to the ledger."""
    import base64  # noqa: PLC0415  only these commands pay for these

    from fairledger.cli.signing_file import SigningFile  # noqa: PLC0415
    from fairledger.gateway import Proposal  # noqa: PLC0415
    from fairledger.gateway.invoked import Invoked  # noqa: PLC0415
    from fairledger.identity import Identity  # noqa: PLC0415

    try:
        identity = Identity(msp, certificate.read_bytes())
    except OSError as error:
        raise CommandError("SIGN_FILE", f"{certificate} can't be read: {error.strerror}") from error
    wanted = {"msp_id": msp, "certificate": identity.certificate_pem.decode()}
    wanted_call = {"function": function, "arguments": arguments or []}
    made = post(f"{service}/signing/proposals", {**wanted, **wanted_call}).told
    asked = Invoked.by(Proposal.of(base64.b64decode(made["proposal"])))
    told = (asked.function, [each.decode() for each in asked.arguments], asked.creator)
    if told != (function, arguments or [], identity.serialized):
        raise CommandError(
            "SIGN_ALTERED", "the service prepared something else than was asked for", "tell the regulator"
        )
    SigningFile(service=service, proposal=made["proposal"]).write(output)
    typer.echo(
        f"{output}: transaction {made['transaction_id']}; next, where your key is: fairledger sign sign {output}"
    )


@sign.command("sign")
def sign_file(
    *,
    file: Annotated[Path, typer.Argument(help="What `propose` or `send` wrote.")],
    key: KeyFile,
    output: Output,
    passphrase: Annotated[str | None, typer.Option(envvar="FAIRLEDGER_PASSPHRASE", help="Of the key.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask: somebody has read it.")] = False,
) -> None:
    """Show what is in a file, ask, and sign it. Needs no network."""
    from fairledger.cli.plain import table  # noqa: PLC0415  only this command pays for these
    from fairledger.cli.signing_file import SigningFile, signer_for, told  # noqa: PLC0415

    read = SigningFile.read(file)
    wanted = read.to_sign
    signer = signer_for(key, wanted.creator, passphrase.encode() if passphrase else None)
    output_console().print(table("you sign", ("what", "value"), told(wanted)))
    if not yes:
        typer.confirm("Sign this?", abort=True)
    read.signed(signer.sign(wanted.digest)).write(output)
    typer.echo(f"{output}: signed; next, where the network is: fairledger sign send {output}")


@sign.command()
def send(
    *,
    file: Annotated[Path, typer.Argument(help="What `sign` wrote.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="For the endorsed transaction.")] = None,
) -> None:
    """Have a signed proposal endorsed, into a file to be signed as well; or a signed transaction ordered."""
    from fairledger.cli.signing_file import SigningFile  # noqa: PLC0415  only this command pays for it

    read = SigningFile.read(file)
    if read.transaction_signature:
        body = {"transaction": read.transaction, "signature": read.transaction_signature}
        done = post(f"{read.service}/signing/submissions", body)
        typer.echo(json.dumps(done.told, ensure_ascii=False, indent=1))
        typer.echo(f"on the ledger: transaction {done.tx_id}")
        return
    if not read.proposal_signature or read.transaction:
        raise CommandError("SIGN_UNSIGNED", f"{file} waits for a signature", f"fairledger sign sign {file}")
    if output is None:
        raise CommandError("SIGN_OUTPUT", "the endorsed transaction is to be signed as well", "name its file by -o")
    made = post(
        f"{read.service}/signing/endorsements", {"proposal": read.proposal, "signature": read.proposal_signature}
    ).told
    endorsed = read.model_copy(update={"transaction": made["transaction"]})
    _ = endorsed.to_sign  # refuses what is no transaction of this proposal
    endorsed.write(output)
    typer.echo(f"{output}: endorsed by {', '.join(made['endorsed_by'])}; next: fairledger sign sign {output}")
