"""Plays a recording on a desk of its own: what was seen once can be looked at again."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from datev_connector.app.support_bundle.names import RECORDING
from datev_connector.app.support_bundle.plain_values import Unreadable
from datev_connector.app.support_bundle.recorded_inputs import from_lines
from datev_connector.domain.desk import CallDesk
from datev_connector.domain.desk.terms import Terms
from datev_connector.domain.effects import Effect
from datev_connector.domain.identity import IdSequence
from datev_connector.domain.inputs import Input
from datev_connector.engine.recording import Recording

LARGEST_BYTES = 100_000_000
"""A recording has at most some millions; it comes from strangers."""


def recording_in(bundle: Path) -> Recording:
    """Read the recording in a support bundle. Raises OSError and Unreadable."""
    try:
        with zipfile.ZipFile(bundle) as archive, archive.open(RECORDING) as stream:
            content = stream.read(LARGEST_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as fault:
        raise Unreadable("this is no support bundle") from fault
    except KeyError as fault:
        raise Unreadable("there is no recording in it") from fault
    if len(content) > LARGEST_BYTES:
        raise Unreadable("the recording is too large")
    try:
        return from_lines(content.decode())
    except UnicodeDecodeError as fault:
        raise Unreadable("the recording is no text") from fault


def replay(recording: Recording) -> Iterator[tuple[Input | None, tuple[Effect, ...]]]:
    """Give each input with the effects that the desk has on it; raises what the desk raises.

    First, without an input, the effects of what the desk took up of an earlier run. In a recording
    that begins in the middle, calls that lived before need not have the effects that were seen; nor
    in one in which the dial plan changed: the stand-ins of numbers are made by the first one.
    """
    left, terms = recording.restored, recording.terms
    if left is not None:
        desk = _desk(left.terms)
        yield None, desk.restore(left.at, left.calls, left.entries, left.next_position)
    elif terms is None:
        return
    else:
        desk = _desk(terms)
        desk.restore(recording.inputs[0].at, (), (), terms.next_position)
        for leg in recording.legs:
            desk.handle(leg)
    for event in recording.inputs:
        yield event, desk.handle(event)


def _desk(terms: Terms) -> CallDesk:
    ids = IdSequence(station=terms.station, run=terms.run, issued=terms.issued)
    return CallDesk(rules=terms.rules, plan=terms.plan, ids=ids, next_flight=terms.next_flight)
