"""Texts, time zones and the reader of master data are there, as they were installed."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from datev_connector.app.selftest.proof import Failed, Skipped
from datev_connector.datev.master_data.sdd.finding import find_reader
from datev_connector.datev.master_data.sdd.options import SddOptions
from datev_connector.texts.language import Language, Tongue

PROGRAM_HEADER = b"MZ"
MIDSUMMER = datetime(2026, 6, 21, tzinfo=UTC)


def texts_are_there() -> str:
    """Say a sentence in both languages."""
    said = [Language.of(tongue).say("The settings cannot be used:") for tongue in Tongue]
    if len(set(said)) < len(said):
        raise Failed("the German texts are missing")
    return "the program speaks German and English"


def time_zones_are_there() -> str:
    """Know the clocks of the office."""
    if MIDSUMMER.astimezone(ZoneInfo("Europe/Berlin")).utcoffset() != timedelta(hours=2):
        raise Failed("the clocks of Germany are not known")
    return "the time zones of the world are known"


def reader_is_there() -> str:
    """Find the program that reads DATEV's master data."""
    reader = find_reader(SddOptions())
    if reader is None and sys.platform == "win32":
        raise Failed("the reader of DATEV's master data (sdd-reader.exe) is missing")
    if reader is None:
        raise Skipped("the reader of DATEV's master data is built by make sdd-reader")
    if reader.read_bytes()[:2] != PROGRAM_HEADER:
        raise Failed(f"{reader} is damaged")
    return f"the reader of DATEV's master data is there: {reader.name}"
