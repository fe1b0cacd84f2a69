"""`licence issue`: what only the vendor does."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from datev_connector.app.commands.failures import CommandFailed
from datev_connector.app.commands.options import common_options, json_option, pass_session
from datev_connector.app.commands.output import print_json
from datev_connector.app.commands.output_file import make_sure_of, written_whole
from datev_connector.app.commands.session import say
from datev_connector.domain.licences import PRODUCT, Licence

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.app.licence.issuing import SigningKey

DAY = click.DateTime(formats=["%Y-%m-%d"])


def _listed(_context: click.Context, _option: click.Parameter, value: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in value.split(",") if one.strip())


@click.command(short_help="Issue a licence, or make a pair of keys (the vendor's work).")
@click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The private key to sign with.",
)
@click.option("--product", default=PRODUCT, show_default=True, help="What it is for.")
@click.option("--customer", default="", help="Whose it is.")
@click.option("--seats", type=click.IntRange(1, 100_000), help="For how many logins of the PBX.")
@click.option("--features", default="", callback=_listed, help="Names, separated by commas.")
@click.option("--from", "valid_from", type=DAY, help="The first day (default: today).")
@click.option("--until", type=DAY, help="The last day.")
@click.option(
    "--pbx",
    multiple=True,
    metavar="HOST",
    help="Only for this PBX, as `starface.host` names it; may be given again for other names.",
)
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the text there."
)
@click.option("--force", is_flag=True, help="Replace what is there.")
@click.option(
    "--new-key",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Make a pair of keys instead; the private one goes into FILE, which must be new.",
)
@click.option("--key-id", default="", help="The id of the new key.")
@json_option
@common_options
@pass_session
def issue(  # noqa: PLR0913 - what a licence says
    session: Session,
    *,
    key_file: Path | None,
    product: str,
    customer: str,
    seats: int | None,
    features: tuple[str, ...],
    valid_from: datetime | None,
    until: datetime | None,
    pbx: tuple[str, ...],
    output: Path | None,
    force: bool,
    new_key: Path | None,
    key_id: str,
    as_json: bool,
) -> None:
    """Issue a licence: a text that is signed, for the module's tab "Lizenz" or for a file.

    With --new-key and --key-id a pair of keys is made instead, and its public part printed.
    """
    today = session.now().astimezone(UTC).date()
    if new_key is not None:
        _make_key(new_key, key_id, today, as_json=as_json)
        return
    if key_file is None or not customer.strip() or seats is None or until is None:
        raise click.UsageError("A licence needs --key, --customer, --seats and --until.")
    if not all(name.strip() for name in pbx):
        raise click.UsageError("--pbx names no PBX; leave it out for a licence of any PBX.")
    signing = _signing_key(key_file)
    wanted = Licence(
        id=_new_id(today),
        product=product.strip(),
        customer=customer.strip(),
        seats=seats,
        features=features,
        issued=today,
        valid_from=valid_from.date() if valid_from else today,
        valid_until=until.date(),
        pbx=tuple(name.strip() for name in pbx),
        key_id=signing.id,
    )
    _hand_out(_signed(wanted, signing), signing, output, force=force, as_json=as_json)


def _make_key(file: Path, key_id: str, today: date, *, as_json: bool) -> None:
    from datev_connector.app.folders import close
    from datev_connector.app.licence import keys
    from datev_connector.app.licence.issuing import make_key

    if not key_id:
        raise click.UsageError("A new key needs --key-id.")
    if keys.shipped().get(key_id) is not None:
        raise click.UsageError(
            f"A key of the id {key_id} comes with this program already: choose another id."
        )
    try:
        made = make_key(file, key_id, today)
    except keys.BadKeys as fault:
        raise click.UsageError(f"{fault}.") from fault
    except FileExistsError as fault:
        raise CommandFailed(
            f"{file} is there already.", "A key that is overwritten is gone: name another file."
        ) from fault
    close(file)
    if as_json:
        print_json({"id": made.id, "public": made.public, "file": str(file)})
        return
    click.echo(made.entry(), nl=False)
    say(f"The private key is in {file}: keep it secret, and keep a copy.")
    say("What was printed goes into vendor_keys.toml of the next version.")


def _signing_key(file: Path) -> SigningKey:
    from datev_connector.app.licence.issuing import read_key
    from datev_connector.app.licence.keys import BadKeys

    try:
        return read_key(file)
    except BadKeys as fault:
        raise CommandFailed(f"{file} cannot be used: {fault}.") from fault


def _new_id(today: date) -> str:
    from datev_connector.app.licence.issuing import new_id

    return new_id(today)


def _signed(wanted: Licence, signing: SigningKey) -> str:
    from datev_connector.app.licence import content, signature

    try:
        return signature.written(wanted, signing.private)
    except content.NotUnderstood as fault:
        raise click.UsageError(f"This would be no licence: {fault}.") from fault


def _hand_out(
    text: str, signing: SigningKey, output: Path | None, *, force: bool, as_json: bool
) -> None:
    from datev_connector.app.licence import showing, signature

    _hint_at(signing)
    read = signature.read(text, signing.as_keys())
    if not isinstance(read, Licence):
        raise CommandFailed("What was written cannot be read again.", "Tell the vendor.")
    if output is not None:
        make_sure_of(output, force=force)
        with written_whole(output, "ascii") as stream:
            stream.write(text)
    if as_json:
        print_json({**showing.licence_json(read), "text": text})
    elif output is None:
        click.echo(text, nl=False)
    else:
        say(f"Licence {read.id} of {read.customer} is in {output}.")


def _hint_at(signing: SigningKey) -> None:
    """Say so if programs of this version will not take what this key signs."""
    from datev_connector.app.licence import keys

    known, own = keys.shipped().get(signing.id), signing.as_keys().get(signing.id)
    if known is None:
        say(f"hint: this version of the program does not know the key {signing.id}.")
    elif own is not None and known.public != own.public:
        say(
            f"hint: this version of the program knows another key by the id {signing.id}: "
            "connectors will refuse this licence."
        )
