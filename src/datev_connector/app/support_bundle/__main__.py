"""`python -m datev_connector.app.support_bundle BUNDLE`: plays a support bundle again.

For whoever looks for a fault, in the version that wrote the bundle (`versions.json`): another desk
may do otherwise. Each line is one input with what the desk did on it, as JSON. Where the desk
fails, the lines end with its trace, and the next line of the recording is what it failed on.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from datev_connector.app.support_bundle.plain_values import Unreadable, as_plain
from datev_connector.app.support_bundle.replay import recording_in, replay

IN_THE_MIDDLE = (
    "Inputs at the beginning are forgotten: of calls that lived then, the desk need not do what it "
    "did."
)


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path))
def main(bundle: Path) -> None:
    """Play the recording in BUNDLE on a call desk, and tell what it does."""
    try:
        recording = recording_in(bundle)
    except (OSError, Unreadable) as fault:
        raise click.ClickException(f"{bundle}: {fault}") from fault
    if recording.begins_in_the_middle:
        click.echo(IN_THE_MIDDLE, err=True)
    for event, effects in replay(recording):
        click.echo(json.dumps({"input": as_plain(event), "effects": as_plain(effects)}))


if __name__ == "__main__":
    main()
