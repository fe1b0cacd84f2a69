"""The call desk: the one deterministic machine that decides what becomes of a call.

Nouns: the **desk** takes *inputs* (`domain.inputs`) and returns *effects* (`domain.effects`); its
**book** holds the calls it follows; **sightings** are what the PBX says of them, **past** what its
call list says of those that nobody watched, **people** who they are with, **handover** what DATEV
is told, **dialling** how calls are placed, **notes** what the user types and sends, **windows**
what is shown.
"""

from __future__ import annotations

from datev_connector.domain.desk.machine import CallDesk

__all__ = ["CallDesk"]
