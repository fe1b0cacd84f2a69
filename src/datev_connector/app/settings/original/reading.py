"""Takes a file of .NET user settings apart: names and values, and nothing that harms.

Three forms are read: `<setting name="..."><value>...</value></setting>` as .NET writes it,
`<add key="..." value="..."/>`, and, where neither is there, plain elements with a text, as settings
providers of a program's own write them. Names of elements count in any case.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from datev_connector.app.patience import patiently
from datev_connector.domain.wording import worded

_log = logging.getLogger(__name__)

LARGEST_BYTES = 1_000_000
"""A file of user settings has some thousand."""
MOST_ELEMENTS = 5_000
DEEPEST = 40
LONGEST_NAME = 80
LONGEST_VALUE = 2_000


class NotReadable(Exception):
    """The file holds no settings that can be read; `text` says why, without quoting it."""

    def __init__(self, text: str, *, for_now: bool = False) -> None:
        """`text` may be `Worded`; `for_now`: the system does not hand it out at the moment."""
        super().__init__(text)
        self.text = text
        self.for_now = for_now


@dataclass(frozen=True, slots=True, kw_only=True)
class OldSetting:
    """A setting as it stood there."""

    name: str
    value: str = field(repr=False)
    """Blanks around it are taken off."""
    is_plain: bool = True
    """False: it holds more than a text, such as a list."""


def read_file(file: Path) -> tuple[OldSetting, ...]:
    """The settings in a file. Raises NotReadable."""
    try:
        content = patiently(lambda: _content(file))
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        text = worded("the file can't be read: {reason}", reason=reason)
        raise NotReadable(text, for_now=True) from fault
    return read_old(content)


def _content(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(LARGEST_BYTES + 1)


def read_old(content: bytes) -> tuple[OldSetting, ...]:
    """The settings in the content of a file, in their order. Raises NotReadable."""
    if len(content) > LARGEST_BYTES:
        raise NotReadable(worded("the file is too large to hold settings"))
    collected = _Collected()
    parser = expat.ParserCreate(encoding="utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _doctype
    parser.StartElementHandler = collected.start
    parser.EndElementHandler = collected.end
    parser.CharacterDataHandler = collected.text
    try:
        parser.Parse(_text(content).encode(), True)  # noqa: FBT003 - expat takes it by position only
    except expat.ExpatError as fault:
        _log.info("no XML in line %d: %s", fault.lineno, expat.ErrorString(fault.code))
        raise NotReadable(worded("this is no XML (line {line})", line=fault.lineno)) from None
    found = collected.settings
    if not found:
        raise NotReadable(worded("no settings stand in this file"))
    return found


def _text(content: bytes) -> str:
    """The text of a file as .NET or an editor of Windows has written it, whatever it claims."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"<\x00", "utf-16-le"),
        (b"\x00<", "utf-16-be"),
    ):
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _doctype(*_: object) -> None:
    raise NotReadable(worded("the file has a document type, which settings never have"))


class _Collected:
    """Grows as the parser goes through the file."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._elements = 0
        self._named: list[OldSetting] = []
        self._leaves: list[OldSetting] = []
        self._name: str | None = None
        self._structured = False
        self._pieces: list[str] = []
        self._is_leaf = False

    @property
    def settings(self) -> tuple[OldSetting, ...]:
        """What stands there by name, else the leaves."""
        return tuple(self._named or self._leaves)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = _local(tag)
        self._elements += 1
        self._path.append(kind)
        if self._elements > MOST_ELEMENTS or len(self._path) > DEEPEST:
            raise NotReadable(worded("the file is built in a way that settings never are"))
        given = {_local(name): value for name, value in attributes.items()}
        if self._name is not None:
            self._structured = self._structured or kind != "value"
            if kind == "value":
                self._pieces = []
        elif kind == "setting" and given.get("name"):
            self._name, self._structured, self._pieces = given["name"], False, []
        elif kind == "add" and given.get("key"):
            self._keep(self._named, given["key"], given.get("value", ""))
        else:
            self._pieces, self._is_leaf = [], True

    def end(self, tag: str) -> None:
        kind = self._path.pop()
        if self._name is None:
            if self._is_leaf and self._path and kind not in {"add", "clear", "remove", "section"}:
                self._keep(self._leaves, tag.rpartition(":")[2], "".join(self._pieces))
            self._is_leaf = False
        elif kind == "setting":
            value = "" if self._structured else "".join(self._pieces)
            self._keep(self._named, self._name, value, is_plain=not self._structured)
            self._name, self._is_leaf = None, False

    def text(self, piece: str) -> None:
        self._pieces.append(piece)

    def _keep(
        self, where: list[OldSetting], name: str, value: str, *, is_plain: bool = True
    ) -> None:
        bare = value.strip()
        plain = is_plain and len(bare) <= LONGEST_VALUE
        where.append(OldSetting(name=_shown(name), value=bare if plain else "", is_plain=plain))


def _local(tag: str) -> str:
    """The name of an element or attribute without prefix, in lower case."""
    return tag.rpartition(":")[2].casefold()


def _shown(name: str) -> str:
    """A name on one line that is not endless: it is shown, and stands in the log."""
    bare = "".join(letter if letter.isprintable() else "?" for letter in name.strip())
    return bare if len(bare) <= LONGEST_NAME else bare[: LONGEST_NAME - 3] + "..."
