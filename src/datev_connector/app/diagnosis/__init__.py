"""Diagnosis: probes every leg, one after another, and says what is broken and who can mend it.

Nouns: a **probe** asks one question and has a time limit of its own; its answer is an
**observation**, which with its place (leg and step) becomes a **finding**; the **ground** is whom
to examine, and the **notebook** hands what one probe learnt to those after it. Causes and remedies
are worded where the legs themselves word them. The command prints findings; a window shows the same
ones: `async for finding in examine(ground)`.
"""

from __future__ import annotations

from datev_connector.app.diagnosis.command import diagnose_command
from datev_connector.app.diagnosis.examination import examine
from datev_connector.app.diagnosis.finding import PROGRAM, Finding, Step
from datev_connector.app.diagnosis.ground import Ground

__all__ = ["PROGRAM", "Finding", "Ground", "Step", "diagnose_command", "examine"]
