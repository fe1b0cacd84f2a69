"""Writes the support bundle: masks everything, and puts it into one file that was not there."""

from __future__ import annotations

import json
import os
import secrets
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from datev_connector.app.support_bundle import names
from datev_connector.app.support_bundle.gathered import Gathered
from datev_connector.app.support_bundle.known_personal import Hide, KnownPersonal
from datev_connector.app.support_bundle.log_tails import log_tails
from datev_connector.app.support_bundle.readme import README
from datev_connector.app.support_bundle.recorded_inputs import as_lines, masked
from datev_connector.app.support_bundle.shown_settings import settings_text
from datev_connector.app.support_bundle.versions import versions
from datev_connector.domain.legs import LegReport


def write_bundle(file: Path, gathered: Gathered) -> None:
    """Write the bundle whole or not at all; only its owner can read it.

    Raises FileExistsError where something is already, and other OSErrors where it cannot be
    written. Takes seconds: not for a thread on which somebody waits.
    """
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(descriptor)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        _write(draft, gathered)
        draft.replace(file)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    finally:
        draft.unlink(missing_ok=True)


def _write(draft: Path, gathered: Gathered) -> None:
    descriptor = os.open(
        draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600
    )
    with os.fdopen(descriptor, "w+b") as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in members(gathered):
                archive.writestr(name, text)
        stream.flush()
        os.fsync(stream.fileno())


def members(gathered: Gathered) -> Iterator[tuple[str, str]]:
    """Give the name and the text of each file in the bundle, masked."""
    known = KnownPersonal(gathered.personal)
    hide = known.hide
    yield names.README, README
    told = {"STARFACE": hide(gathered.pbx_version), "written": gathered.at.isoformat()}
    yield names.VERSIONS, _json(versions(gathered.program) | told)
    yield names.SETTINGS, hide(settings_text(gathered.loaded))
    yield names.LEGS, _json([_leg(report, hide) for report in gathered.legs])
    yield names.FINDINGS, _json([_hidden(one.as_json(), hide) for one in gathered.findings])
    yield names.FIGURES, _json(asdict(gathered.figures))
    if gathered.taken_over is not None:
        taken_over = gathered.taken_over.as_json()
        yield names.TAKEN_OVER, _json(_hidden_all(taken_over, hide))
    recording = masked(gathered.recording, hide=hide).recording
    yield names.RECORDING, as_lines(recording, program=gathered.program)
    for name, text in log_tails(gathered.logs_folder):
        yield f"{names.LOGS}/{hide(name)}", known.hide_lines(text)


def _leg(report: LegReport, hide: Hide) -> dict[str, Any]:
    row = {
        "leg": report.leg.value,
        "state": report.state.value,
        "reason": report.reason,
        "mender": report.mender.value,
        "remedy": report.remedy,
    }
    return {"since": report.since.isoformat(), **_hidden(row, hide)}


def _hidden(row: dict[str, Any], hide: Hide) -> dict[str, Any]:
    return {key: hide(value) if isinstance(value, str) else value for key, value in row.items()}


def _hidden_all(value: Any, hide: Hide) -> Any:
    match value:
        case str():
            return hide(value)
        case dict():
            return {key: _hidden_all(one, hide) for key, one in value.items()}
        case list():
            return [_hidden_all(one, hide) for one in value]
        case _:
            return value


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
