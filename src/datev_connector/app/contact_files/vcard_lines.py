"""The grammar of vCard 2.1, 3.0 and 4.0 lines (RFC 2426, RFC 6350), as far as contacts need it."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_PARTS: Final = re.compile(r'(?:[^;"]|"[^"]*")+')
_HEAD: Final = re.compile(r'((?:[^:"]|"[^"]*")+):(.*)', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One property: `TEL;TYPE=WORK:0721` is name TEL, parameter TYPE=work, value 0721."""

    line: int
    name: str
    parameters: tuple[tuple[str, str], ...]
    """Name in upper case, value as written; a bare word of version 2.1 has the name TYPE."""
    raw: str

    @property
    def types(self) -> frozenset[str]:
        """All values of TYPE, in lower case."""
        values = ",".join(value for name, value in self.parameters if name == "TYPE")
        return frozenset(word.strip().lower() for word in values.split(",") if word.strip())

    def parameter(self, name: str) -> str:
        """The first value of a parameter; empty without one."""
        return next((value for known, value in self.parameters if known == name), "")

    @property
    def text(self) -> str:
        """The value as a text on one line."""
        return " ".join(unescaped(self.raw).split())

    @property
    def fields(self) -> tuple[str, ...]:
        """The parts of a value that is divided by semicolons, such as N and ORG."""
        parts = re.split(r"(?<!\\);", self.raw)
        return tuple(" ".join(unescaped(part).split()) for part in parts)


def unescaped(text: str) -> str:
    """Undo the backslashes of vCard."""
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


def properties(lines: Iterable[str]) -> Iterator[Property | int]:
    """Give every property; the number of a line that is none stands for itself."""
    for number, line in _logical_lines(lines):
        yield _property(number, line) or number


def _logical_lines(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    begun, first = "", 1
    for number, ended in enumerate(lines, start=1):
        line = ended.rstrip("\r\n")
        if begun and _soft_break(begun):
            begun = begun[:-1] + line.removeprefix("=")
        elif begun and line[:1] in {" ", "\t"}:
            begun += line[1:]
        else:
            if begun.strip():
                yield first, begun
            begun, first = line, number
    if begun.strip():
        yield first, begun


def _soft_break(line: str) -> bool:
    """Tell whether a quoted-printable value goes on in the next line (vCard 2.1)."""
    head = line.partition(":")[0].upper()
    return line.endswith("=") and "QUOTED-PRINTABLE" in head


def _property(number: int, line: str) -> Property | None:
    found = _HEAD.fullmatch(line)
    parts = _PARTS.findall(found[1]) if found is not None else []
    if found is None or not parts:
        return None
    name, *words = parts
    parameters = tuple(_parameter(word) for word in words)
    quoted = {"ENCODING": "QUOTED-PRINTABLE", "TYPE": "QUOTED-PRINTABLE"}
    encoded = any(quoted.get(key) == value.upper() for key, value in parameters)
    charset = next((value for key, value in parameters if key == "CHARSET"), "")
    return Property(
        line=number,
        name=name.rpartition(".")[2].strip().upper(),
        parameters=parameters,
        raw=_unquoted(found[2], charset) if encoded else found[2],
    )


def _parameter(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals:
        return "TYPE", word.strip()
    return name.strip().upper(), value.strip().replace('"', "")


def _unquoted(value: str, charset: str) -> str:
    data = quopri.decodestring(value.encode("utf-8"))
    for encoding in (charset or "utf-8", "utf-8"):
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("cp1252", "replace")
