"""The settings of a simulated PBX from the `[pbx]` table of a script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from datev_connector.simulators.starface.config import (
    AuthMode,
    BadLogin,
    Behaviour,
    ContactColumns,
    JabberRpcConfig,
    OAuthConfig,
    PbxContact,
    PbxGroup,
    PbxUser,
    StarfaceConfig,
    TimestampForm,
)
from datev_connector.simulators.starface.contact_columns import columns
from datev_connector.simulators.starface.made_up_contacts import made_up_contacts
from datev_connector.simulators.starface.module.config import LogLevel, ModuleConfig
from datev_connector.simulators.starface.module.modules import Modules
from datev_connector.simulators.starface.xmpp.config import Mechanism, StartTls, XmppConfig

MADE_UP = "made_up_contacts"
MODULES = "modules"

Record = TypeVar("Record", PbxUser, PbxGroup, PbxContact)
Table = TypeVar("Table", Behaviour, ContactColumns, JabberRpcConfig, OAuthConfig, XmppConfig)
Name = TypeVar("Name", bound=StrEnum)


class BadTable(ValueError):
    """A setting that does not exist or has a wrong value; the text names the key."""


def config_from_table(table: object, base: StarfaceConfig, folder: Path = Path()) -> StarfaceConfig:
    """`base`, changed by what the table says. Raises BadTable. Files lie in `folder`."""
    if not isinstance(table, Mapping):
        raise BadTable("pbx must be a table")
    known = {field.name: field for field in fields(StarfaceConfig)}
    changes = {
        key: _value(f"pbx.{key}", known.get(key), value)
        for key, value in table.items()
        if key not in (MADE_UP, MODULES)
    }
    if MODULES in table:
        usual = base.modules[0].archive if base.modules else b""
        changes[MODULES] = _modules(f"pbx.{MODULES}", table[MODULES], usual, folder)
    if MADE_UP in table:
        changes["contacts"] = made_up_contacts(_count(f"pbx.{MADE_UP}", table[MADE_UP]))
    return replace(base, **changes)


def _count(where: str, value: object) -> int:
    if type(value) is not int or value < 0:
        raise BadTable(f"{where} must be a number of contacts, not {value!r}")
    return value


def _modules(where: str, value: object, usual: bytes, folder: Path) -> tuple[ModuleConfig, ...]:
    """Configurations; one that names no archive has the usual one."""
    if not isinstance(value, list):
        raise BadTable(f"{where} must be a list of tables")
    modules = tuple(
        _module(f"{where}[{number}]", item, usual, folder) for number, item in enumerate(value, 1)
    )
    try:
        Modules(modules, lambda: datetime.now(UTC))  # only to see whether they can be taken
    except (ValueError, LookupError) as problem:
        raise BadTable(f"{where}: {problem.args[0]}") from problem
    return modules


def _module(where: str, table: object, usual: bytes, folder: Path) -> ModuleConfig:
    if not isinstance(table, Mapping):
        raise BadTable(f"{where} must be a table")
    given: dict[str, Any] = {"archive": usual}
    for key, item in table.items():
        place = f"{where}.{key}"
        match key:
            case "archive":
                given[key] = _bytes(place, folder, item)
            case "name":
                given[key] = _plain(place, str, item)
            case "active":
                given[key] = _plain(place, bool, item)
            case "log_level":
                given[key] = _named(place, LogLevel, item)
            case "values":
                given[key] = _text_table(place, item)
            case _:
                raise BadTable(f"{place}: no such setting")
    if "name" not in given:
        raise BadTable(f"{where}: missing 'name'")
    if not given["archive"]:
        raise BadTable(f"{where}: missing 'archive'")
    return ModuleConfig(**given)


def _bytes(where: str, folder: Path, value: object) -> bytes:
    file = folder / str(_plain(where, str, value))
    try:
        return file.read_bytes()
    except OSError as problem:
        raise BadTable(f"{where}: {file}: {problem.strerror}") from problem


def _text_table(where: str, value: object) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(v, str) for v in value.values()):
        raise BadTable(f"{where} must be a table of texts")
    return dict(value)


def _value(where: str, field: Field[Any] | None, value: object) -> Any:
    reader = _READERS.get(field.name) if field else None
    if reader is not None:
        return reader(where, value)
    if field is None or type(field.default) not in (bool, int, float, str):
        raise BadTable(f"{where}: no such setting")
    return _plain(where, type(field.default), value)


def _table(where: str, kind: type[Table], value: object) -> Table:
    checked = _checked(where, kind, value)
    try:
        return kind(**checked)
    except ValueError as problem:
        raise BadTable(f"{where}: {problem}") from problem


def _contact_columns(where: str, value: object) -> ContactColumns:
    shown = _table(where, ContactColumns, value)
    try:
        columns((*shown.summary, *shown.numbers, *shown.details))
    except LookupError as problem:
        raise BadTable(f"{where}: {problem}") from problem
    return shown


def _records(where: str, kind: type[Record], value: object) -> list[Record]:
    if not isinstance(value, list):
        raise BadTable(f"{where} must be a list of tables")
    records = []
    for number, item in enumerate(value, 1):
        place = f"{where}[{number}]"
        try:
            records.append(kind(**_checked(place, kind, item)))
        except TypeError as problem:
            missing = str(problem).rpartition(": ")[2]
            raise BadTable(f"{place}: missing {missing}") from None
    return records


def _checked(where: str, kind: type[Any], value: object) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise BadTable(f"{where} must be a table")
    wanted = {field.name: str(field.type) for field in fields(kind)}
    found: dict[str, Any] = {}
    for key, item in value.items():
        place = f"{where}.{key}"
        match wanted.get(key):
            case "str":
                found[key] = _plain(place, str, item)
            case "int":
                found[key] = _plain(place, int, item)
            case "bool":
                found[key] = _plain(place, bool, item)
            case "float":
                found[key] = _plain(place, float, item)
            case "StartTls":
                found[key] = _named(place, StartTls, item)
            case "tuple[Mechanism, ...]":
                found[key] = tuple(_named(place, Mechanism, i) for i in _texts(place, item))
            case "tuple[str, ...]":
                found[key] = tuple(_texts(place, item))
            case _:
                raise BadTable(f"{place}: no such setting")
    return found


def _plain(where: str, kind: type[Any], value: object) -> object:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise BadTable(f"{where} must be {kind.__name__}, not {value!r}")
    return value


def _texts(where: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadTable(f"{where} must be a list of texts")
    return value


def _named(where: str, kind: type[Name], value: Any) -> Name:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(kind)
        raise BadTable(f"{where}: {value!r} is none of {known}") from None


_READERS: Mapping[str, Callable[[str, object], object]] = {
    "users": lambda where, value: tuple(_records(where, PbxUser, value)),
    "groups": lambda where, value: tuple(_records(where, PbxGroup, value)),
    "contacts": lambda where, value: tuple(_records(where, PbxContact, value)),
    "behaviour": lambda where, value: _table(where, Behaviour, value),
    "contact_columns": _contact_columns,
    "jabber_rpc": lambda where, value: _table(where, JabberRpcConfig, value),
    "oauth": lambda where, value: _table(where, OAuthConfig, value),
    "xmpp": lambda where, value: _table(where, XmppConfig, value),
    "versions": lambda where, value: frozenset(_texts(where, value)),
    "auth_modes": lambda where, value: frozenset(
        _named(where, AuthMode, text) for text in _texts(where, value)
    ),
    "bad_login": lambda where, value: _named(where, BadLogin, value),
    "timestamp_form": lambda where, value: _named(where, TimestampForm, value),
}
