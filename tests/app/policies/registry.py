"""A registry of dictionaries."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from datev_connector.system.policies import Hive, PolicyKey, RegistryType, RegistryValue

Written = Mapping[str, object]


def value(data: object) -> RegistryValue:
    """What the registry holds for plain data, as its editor would write them."""
    if isinstance(data, RegistryValue):
        return data
    return RegistryValue(
        kind=RegistryType.DWORD if isinstance(data, int) else RegistryType.SZ, data=data
    )


def key(content: Mapping[str, Written]) -> PolicyKey:
    """A policy key by section and name."""
    return PolicyKey(
        values={},
        sections={
            section: {name: value(data) for name, data in written.items()}
            for section, written in content.items()
        },
    )


def registry(
    machine: Mapping[str, Written] | None = None, user: Mapping[str, Written] | None = None
) -> Callable[[Hive], PolicyKey | None]:
    """Reads from these dictionaries."""
    content = {Hive.MACHINE: machine, Hive.USER: user}

    def read(hive: Hive) -> PolicyKey | None:
        found = content[hive]
        return None if found is None else key(found)

    return read
