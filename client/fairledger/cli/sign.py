"""``fairledger sign``: transactions signed by a key on a machine of your own, which may have no network."""

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
    from cryptography import x509  # noqa: PLC0415  only this command pays for these
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        Encoding,
        NoEncryption,
        PrivateFormat,
        load_pem_private_key,
    )

    if not key.exists():
        made = ec.generate_private_key(ec.SECP256R1())
        descriptor = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    held = load_pem_private_key(key.read_bytes(), None)
    if not isinstance(held, ec.EllipticCurvePrivateKey):
        raise CommandError("IDENTITY_CURVE", f"{key} is no key on P-256")
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, enrolment_id)])
    request = x509.CertificateSigningRequestBuilder(subject).sign(held, SHA256()).public_bytes(Encoding.PEM).decode()
    shown = os.environ.get("FAIRLEDGER_SECRET") or typer.prompt("one-time secret", hide_input=True)
    asked = {"request": request, "enrolment_id": enrolment_id, "secret": shown}
    told = post(f"{service}/signing/certificates", asked).told
    output.write_text(told["certificate"], encoding="utf-8")
    typer.echo(f"{output}: {told['name']} of {told['msp_id']}, until {told['not_after']}; the key stays in {key}")


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
