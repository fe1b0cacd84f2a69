"""Texts, tables, time zones, the reader of master data and the manual are there."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from datev_connector.app.licence import keys
from datev_connector.app.manual import find_manual
from datev_connector.app.selftest.proof import Failed, Skipped
from datev_connector.app.versions import table
from datev_connector.datev.master_data.sdd.finding import find_reader
from datev_connector.datev.master_data.sdd.options import SddOptions
from datev_connector.texts.language import Language, Tongue

PROGRAM_HEADER = b"MZ"
PICTURE = re.compile(r'<img src="([^"]+)"')
MIDSUMMER = datetime(2026, 6, 21, tzinfo=UTC)


def texts_are_there() -> str:
    """Say a sentence in both languages."""
    said = [Language.of(tongue).say("The settings cannot be used:") for tongue in Tongue]
    if len(set(said)) < len(said):
        raise Failed("the German texts are missing")
    return "the program speaks German and English"


def tables_are_there() -> str:
    """Read the keys that licences are signed with, and what is known of versions."""
    trusted, known = list(keys.shipped()), table.read_table(table.shipped())
    if not trusted or not known.facts:
        raise Failed("a table that comes with the program is empty")
    return f"{len(trusted)} keys of the vendor and {len(known.facts)} facts on versions were read"


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


def manual_is_there() -> str:
    """Find the manual in both languages, with its pictures."""
    pages = [page for page in map(find_manual, Tongue) if page is not None]
    if not pages and sys.platform != "win32":
        raise Skipped("the manual is made by make manual")
    if len(pages) < len(Tongue):
        raise Failed("the manual is missing")
    pictures = {
        page.parent / name for page in pages for name in PICTURE.findall(page.read_text("utf-8"))
    }
    lost = sorted(picture.name for picture in pictures if not picture.is_file())
    if lost:
        raise Failed(f"pictures of the manual are missing: {', '.join(lost)}")
    return f"the manual is there in German and English, with {len(pictures)} pictures"
