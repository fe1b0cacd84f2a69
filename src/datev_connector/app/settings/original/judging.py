"""What becomes of each setting of the earlier connector. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from datev_connector.app.settings.layers import Origin
from datev_connector.app.settings.laying import Loaded, Provenance
from datev_connector.app.settings.option import NotAllowed, Option, Value
from datev_connector.app.settings.original.names import (
    Row as Meaning,
)
from datev_connector.app.settings.original.names import (
    Sense,
    rows_for,
    sense_of,
    words_of,
)
from datev_connector.app.settings.original.reading import OldSetting
from datev_connector.app.settings.original.report import Fate, Row
from datev_connector.app.settings.registry import OPTIONS
from datev_connector.app.settings.show import toml_text
from datev_connector.domain.masking import likeness

_OPTIONS = {option.name: option for option in OPTIONS}
_FATES: Mapping[Sense, Fate] = MappingProxyType(
    {
        Sense.SECRET: Fate.SECRET,
        Sense.TAPI: Fate.TAPI,
        Sense.LICENCE: Fate.LICENCE,
        Sense.LOG: Fate.LOG,
        Sense.OWN: Fate.OWN,
    }
)
_YES = frozenset({"true", "1", "yes", "ja", "on", "ein", "wahr", "-1"})
_NO = frozenset({"false", "0", "no", "nein", "off", "aus", "falsch"})
_SWITCHED = frozenset({"true", "false"})
"""How .NET writes yes and no: no server is called so, nor a user."""
_PORT_IN_CLEAR = 80
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be taken over, and what becomes of every setting."""

    wanted: Mapping[str, Value]
    """New values by the name of the option."""
    rows: tuple[Row, ...]


def judged(old: Iterable[OldSetting], loaded: Loaded) -> Judged:
    """Judge the settings of the earlier connector against those that count now."""
    judge = _Judge(loaded)
    rows = tuple(judge.row(setting) for setting in old)
    return Judged(judge.wanted, rows)


class _Judge:
    def __init__(self, loaded: Loaded) -> None:
        self._known = loaded.provenance
        self._seen: dict[str, Value] = {}
        self.wanted: dict[str, Value] = {}

    def row(self, setting: OldSetting) -> Row:
        words = words_of(setting.name)
        sense, meanings = sense_of(words), rows_for(words)
        if sense is not None:
            return Row(name=setting.name, fate=_FATES[sense])
        if not meanings:
            fate = Fate.UNKNOWN if setting.value or not setting.is_plain else Fate.EMPTY
            return Row(name=setting.name, fate=fate, form=likeness(setting.value))
        option = _OPTIONS[meanings[0].option]
        if not setting.value:
            fate = Fate.EMPTY if setting.is_plain else Fate.UNUSABLE
            return Row(name=setting.name, fate=fate, option=option.name)
        return self._meant(setting, meanings)

    def _meant(self, setting: OldSetting, meanings: Iterable[Meaning]) -> Row:
        for meaning in meanings:
            raw = _raw(setting.value, meaning)
            if raw is None:
                continue
            option = _OPTIONS[meaning.option]
            try:
                value = option.clean(raw).value
            except NotAllowed:
                continue
            fate = self._fate(option, value)
            if fate is Fate.TAKEN:
                self.wanted[option.name] = value
            shown = "" if isinstance(value, str) else toml_text(value)
            return Row(name=setting.name, fate=fate, option=option.name, value=shown)
        first = next(iter(meanings))
        return Row(name=setting.name, fate=Fate.UNUSABLE, option=first.option)

    def _fate(self, option: Option, value: Value) -> Fate:
        known, before = self._known[option.name], self._seen.get(option.name)
        if before is not None:
            return Fate.SAME if before == value else Fate.TWICE
        self._seen[option.name] = value
        if value == known.value:
            return Fate.SAME
        if _opens(option, value):
            return Fate.ENCRYPTED
        return _kept_by(known) or Fate.TAKEN


def _kept_by(known: Provenance) -> Fate | None:
    if known.locked:
        return Fate.LOCKED
    match known.origin:
        case Origin.USER_FILE:
            return Fate.KEPT
        case Origin.MACHINE_FILE:
            return Fate.ADMINISTRATOR
        case _:
            return None


def _opens(option: Option, value: Value) -> bool:
    """Tell whether this would have everything be read on the way. Nobody agrees to that unasked."""
    if option.name == "starface.encrypted":
        return value is False
    return option.name == "starface.https_port" and value == _PORT_IN_CLEAR


def _raw(text: str, meaning: Meaning) -> Value | None:
    """The value as this kind of option has it; None: it is none of that kind."""
    if meaning.kind is bool:
        folded = text.casefold()
        if folded not in _YES | _NO:
            return None
        return (folded in _YES) is not meaning.inverted
    if meaning.kind is int:
        is_number = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
        return int(text) if is_number else None
    return None if text.casefold() in _SWITCHED else text
