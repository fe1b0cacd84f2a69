"""The level below DEBUG at which every message on every line is told, as a form."""

from __future__ import annotations

TRACE = 5
"""A level of `logging`."""
