"""`selftest`: one part after another, each a line that says what was proven."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from datev_connector import __version__
from datev_connector.app.commands.output import print_json
from datev_connector.app.selftest.proof import Outcome, Proof, prove

Attempt = Callable[[], str]


def selftest_command(*, now: datetime, as_json: bool, offscreen: bool) -> int:
    """Try every part; 0 if none failed, else 1."""
    proofs = []
    for proof in _proofs(now, offscreen=offscreen):
        proofs.append(proof)
        if not as_json:
            click.echo(f"{proof.outcome:<8} {proof.part}: {proof.told}")
    failed = [proof for proof in proofs if proof.outcome is Outcome.FAILED]
    if as_json:
        print_json(
            {
                "version": __version__,
                "ok": not failed,
                "proofs": [asdict(proof) for proof in proofs],
            }
        )
    else:
        click.echo(_verdict(len(failed)))
    return 1 if failed else 0


def _verdict(failed: int) -> str:
    if not failed:
        return f"DATEV Connector {__version__} works."
    return f"DATEV Connector {__version__} is damaged ({failed} failed). Repair or reinstall it."


def _proofs(now: datetime, *, offscreen: bool) -> Iterator[Proof]:
    yield prove("modules", _late("modules", "all_modules"))
    yield prove("texts", _late("parts", "texts_are_there"))
    yield prove("tables", _late("parts", "tables_are_there"))
    yield prove("time zones", _late("parts", "time_zones_are_there"))
    with tempfile.TemporaryDirectory(prefix="datev-connector-selftest-") as folder:
        yield prove("store", _late("keeping", "store_keeps", Path(folder), now))
    yield prove("keyring", _late("keeping", "keyring_keeps"))
    yield prove("TLS", _late("handshakes", "tls_works", now))
    yield prove("window", _late("screen", "window_shows", offscreen=offscreen))
    yield prove("COM", _late("com", "com_answers", now))
    yield prove("SDD reader", _late("parts", "reader_is_there"))
    yield prove("manual", _late("parts", "manual_is_there"))


def _late(module: str, function: str, *arguments: Any, **options: Any) -> Attempt:
    """A part is loaded when it is tried: what is missing is a failure of this part alone."""

    def attempt() -> str:
        found = getattr(import_module(f"datev_connector.app.selftest.{module}"), function)
        return str(found(*arguments, **options))

    return attempt
