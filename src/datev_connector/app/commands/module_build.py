"""`module build`: the archive of the module, for whoever administers the PBX."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import click

from datev_connector.app.commands.options import common_options, json_option
from datev_connector.app.commands.output import print_json
from datev_connector.app.commands.output_file import make_sure_of, put_whole
from datev_connector.starface.module.archive import (
    FILE_NAME,
    MODULE_ID,
    MODULE_VERSION,
    is_ours,
    module_archive,
)
from datev_connector.starface.module.names import STANDARD

LONGEST = 1 << 20
"""Bytes of a file that is looked at before it is replaced; our archive is far shorter."""


@click.command(short_help="Write the archive of the module.")
@click.option(
    "--output",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    default=Path(FILE_NAME),
    help=f"Where to, a file or a folder.  [default: {FILE_NAME}]",
)
@click.option("--force", is_flag=True, help="Replace FILE even if it is another file.")
@json_option
@common_options
def build(*, file: Path, force: bool, as_json: bool) -> None:
    """Write the archive of the module, which an administrator takes into the PBX.

    The same version gives the same file, byte by byte. An earlier archive of the module is
    replaced.
    """
    target = file / FILE_NAME if file.is_dir() else file
    make_sure_of(target, force=force or _is_earlier_one(target))
    content = module_archive()
    put_whole(target, content)
    if as_json:
        print_json(_told(target, content))
        return
    click.echo(f"{target}: the module, version {MODULE_VERSION}, {len(content)} bytes.")
    click.echo("In the PBX, as an administrator: import it under Module, make a configuration of")
    click.echo(f"it, name that exactly {STANDARD}, and make it active.")
    click.echo('Then "datev-connector module check" says whether it is found.')


def _is_earlier_one(target: Path) -> bool:
    if not target.is_file() or target.stat().st_size > LONGEST:
        return False
    return is_ours(target.read_bytes())


def _told(target: Path, content: bytes) -> dict[str, object]:
    return {
        "file": str(target),
        "id": MODULE_ID,
        "version": MODULE_VERSION,
        "configuration": STANDARD,
        "bytes": len(content),
        "sha256": sha256(content).hexdigest(),
    }
