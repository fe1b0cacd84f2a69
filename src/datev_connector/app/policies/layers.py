"""The two policies of Windows as layers of the settings.

The registry tells everything by its own few types: a switch is 0 or 1, a number a number, all
else a text. What is of another type is told by the names that an administrator sees there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from datev_connector.app.settings import OPTIONS, Layer, Origin, policy_layer
from datev_connector.app.settings.option import Option
from datev_connector.domain.wording import Worded, worded
from datev_connector.system.policies import (
    POLICY_KEY,
    Hive,
    PolicyKey,
    RegistryType,
    RegistryValue,
    read_policy_key,
)

ReadKey = Callable[[Hive], PolicyKey | None]
"""What stands in the policy key of a hive. Raises OSError."""

ORIGINS: Mapping[Hive, Origin] = MappingProxyType(
    {Hive.MACHINE: Origin.MACHINE_POLICY, Hive.USER: Origin.USER_POLICY}
)
NUMBERS = frozenset({RegistryType.DWORD, RegistryType.QWORD})
TEXTS = frozenset({RegistryType.SZ, RegistryType.EXPAND_SZ})
TYPE_NAMES: Mapping[int, str] = MappingProxyType(
    {0: "REG_NONE", 3: "REG_BINARY"} | {one.value: f"REG_{one.name}" for one in RegistryType}
)
LONGEST_NAME = 60
"""Longer names are cut: no setting has one, and a message has to stay readable."""

_OPTIONS = {(option.section, option.key): option for option in OPTIONS}


def policy_layers(read: ReadKey = read_policy_key) -> tuple[Layer, ...]:
    """The policies that there are, strongest first; nothing where there is no registry."""
    layers = (_layer(hive, read) for hive in ORIGINS)
    return tuple(layer for layer in layers if layer is not None)


def source_of(hive: Hive) -> str:
    """What people call the policy of a hive: the key it stands in."""
    return rf"{hive.value}\{POLICY_KEY}"


def _layer(hive: Hive, read: ReadKey) -> Layer | None:
    try:
        key = read(hive)
    except OSError as fault:
        reason = fault.strerror or str(fault)
        told = worded("the policy cannot be read: {reason}", reason=reason)
        return policy_layer(ORIGINS[hive], source_of(hive), {}, {(): told})
    if key is None:
        return None
    values: dict[str, object] = {
        shown(name): plain(value) for name, value in key.values.items() if name
    }
    unusable: dict[tuple[str, ...], str] = {}
    for section, content in key.sections.items():
        values[shown(section)] = _section(shown(section), content, unusable)
    return policy_layer(ORIGINS[hive], source_of(hive), values, unusable)


def _section(
    section: str,
    content: Mapping[str, RegistryValue],
    unusable: dict[tuple[str, ...], str],
) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in content.items():
        key = shown(name)
        option = _OPTIONS.get((section, key))
        if not name or key in found:
            continue
        if option is not None and (wrong := _wrong_type(option, value)):
            unusable[section, key] = wrong
        else:
            found[key] = _as_switch(option, value)
    return found


def _as_switch(option: Option | None, value: RegistryValue) -> object:
    """The value as a file would hold it."""
    if option is not None and option.kind is bool:
        return value.data == 1
    return plain(value)


def plain(value: RegistryValue) -> object:
    """The data of a value, if they are of a kind that settings know."""
    return value.data if isinstance(value.data, str | int | list) else None


def _wrong_type(option: Option, value: RegistryValue) -> Worded | None:
    """Why data of this type, or such a number, cannot be the value of an option."""
    given = type_name(value.kind)
    number = value.kind in NUMBERS and isinstance(value.data, int)
    if option.kind is bool:
        if number and value.data in {0, 1}:
            return None
        if number:
            return worded("must be 0 (off) or 1 (on), not {number}", number=value.data)
        return worded("must be of the type REG_DWORD, 0 (off) or 1 (on), not {given}", given=given)
    if option.kind is int:
        told = worded("must be a number of the type REG_DWORD, not {given}", given=given)
        return None if number else told
    text = value.kind in TEXTS and isinstance(value.data, str)
    return None if text else worded("must be a text of the type REG_SZ, not {given}", given=given)


def type_name(kind: int) -> str:
    """What the registry editor calls a type."""
    return TYPE_NAMES.get(kind, f"type {kind}")


def shown(name: str) -> str:
    """A name of the registry as settings are named: the registry cares for no capitals.

    What cannot be printed is escaped.
    """
    lower = name.lower()
    printable = lower if lower.isprintable() else ascii(lower)[1:-1]
    return printable if len(printable) <= LONGEST_NAME else f"{printable[:LONGEST_NAME]}..."
