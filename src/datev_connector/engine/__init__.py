"""The engine room: runs the call desk against the world.

Nouns: the **engine** feeds inputs and carries out effects; its **ports** are what it needs from
adapters; the **keeper** saves first; the **notifier** tells DATEV; **news** is what it tells
windows, event stream and log.
"""

from __future__ import annotations

from datev_connector.engine.engine import Engine
from datev_connector.engine.news import DatevTold, News, NoteKept

__all__ = ["DatevTold", "Engine", "News", "NoteKept"]
