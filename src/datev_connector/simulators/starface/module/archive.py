"""Opens a module archive (.sfm) that may be broken or hostile.

An archive is a ZIP in JAR form: `META-INF/MANIFEST.MF`, `module-descriptor.xml`, and whatever the
module brings along (STARFACE module archives, PBX 6.5 to 10). Everything in it is unpacked once, in
memory and under limits, so that what is promised can be trusted afterwards; only manifest and
descriptor are kept.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MANIFEST = "META-INF/MANIFEST.MF"
DESCRIPTOR = "module-descriptor.xml"
NEWEST_FORM = 5
"""The highest `StarfaceModule_SpecVersion` that PBXs up to 10 take."""

_CHUNK = 1 << 16
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
    ValueError,
    OSError,
)
"""What the standard library raises for archives that are none."""


class BadModule(ValueError):
    """An archive that a PBX would not take; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much an archive may hold, in bytes where nothing else is said."""

    packed: int = 128 << 20
    unpacked: int = 512 << 20
    kept: int = 16 << 20
    """Manifest and descriptor, each."""

    entries: int = 20_000
    swelling: int = 1_000
    """How many times its packed size an entry may unpack to, once it is larger than `kept`."""


LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """What an archive holds. `manifest`: its main section; `sizes`: of every file, unpacked."""

    manifest: Mapping[str, str]
    descriptor: bytes
    sizes: Mapping[str, int]

    @property
    def object_id(self) -> str:
        """The module's id as the manifest tells it."""
        return self.manifest.get("ObjectId", "")


def open_archive(content: bytes, limits: Limits = LIMITS) -> Archive:
    """Unpack an archive. Raises BadModule, and nothing else, whatever the bytes are."""
    if len(content) > limits.packed:
        raise BadModule("the archive is too large")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return _opened(packed, limits)
    except BadModule:
        raise
    except _BROKEN as problem:
        raise BadModule(
            f"the archive is broken: {str(problem) or type(problem).__name__}"
        ) from None


def _opened(packed: zipfile.ZipFile, limits: Limits) -> Archive:
    entries = packed.infolist()
    if len(entries) > limits.entries:
        raise BadModule("the archive holds too many files")
    if sum(entry.file_size for entry in entries) > limits.unpacked:
        raise BadModule("the archive would unpack to too much (a ZIP bomb)")
    sizes: dict[str, int] = {}
    kept: dict[str, bytes] = {}
    left = limits.unpacked
    for entry in entries:
        name = _proper_name(entry)
        if name in sizes:
            raise BadModule(f"the archive holds {name!r} twice")
        keeps = name == DESCRIPTOR or name.upper() == MANIFEST
        sizes[name] = 0
        if keeps:
            kept[name] = b""
        for chunk in _unpacked(packed, entry, limits):
            sizes[name] += len(chunk)
            left -= len(chunk)
            if left < 0:
                raise BadModule("the archive would unpack to too much (a ZIP bomb)")
            if keeps and sizes[name] > limits.kept:
                raise BadModule(f"{name} is too large")
            if keeps:
                kept[name] += chunk
    return Archive(manifest=_manifest(kept), descriptor=_descriptor(kept), sizes=sizes)


def _proper_name(entry: zipfile.ZipInfo) -> str:
    """The entry's path, as it stands in the archive. Raises BadModule if it leads elsewhere."""
    name = entry.orig_filename
    parts = name.removesuffix("/").split("/")
    if "\\" in name or "\0" in name or ":" in name or not {"", ".", ".."}.isdisjoint(parts):
        raise BadModule(f"the archive holds a path that leads outside: {name!r}")
    return name


def _unpacked(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> Iterator[bytes]:
    if entry.flag_bits & _ENCRYPTED:
        raise BadModule(f"{entry.filename!r} is encrypted")
    if entry.compress_type not in _COMPRESSIONS:
        raise BadModule(f"{entry.filename!r} is packed in a way that JAR files do not know")
    if entry.file_size > max(limits.kept, entry.compress_size * limits.swelling):
        raise BadModule(f"{entry.filename!r} would unpack to too much (a ZIP bomb)")
    size = 0
    with packed.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            yield chunk
    if size != entry.file_size:
        raise BadModule(f"{entry.filename!r} has another size than the archive says")


def _descriptor(kept: Mapping[str, bytes]) -> bytes:
    if DESCRIPTOR not in kept:
        raise BadModule(f"{DESCRIPTOR} is missing")
    return kept[DESCRIPTOR]


def _manifest(kept: Mapping[str, bytes]) -> dict[str, str]:
    """The main section (JAR file specification). Raises BadModule if a PBX would refuse it."""
    found = next((text for name, text in kept.items() if name.upper() == MANIFEST), None)
    if found is None:
        raise BadModule("the manifest is missing (Manifest fehlt!)")
    try:
        text = found.decode("utf-8")
    except UnicodeDecodeError:
        raise BadModule("the manifest is no text in UTF-8") from None
    manifest = _main_section(text)
    if not manifest.get("ObjectId"):
        raise BadModule("the manifest names no ObjectId (unknown module id)")
    form = manifest.get("StarfaceModule_SpecVersion", "")
    if not (form.isascii() and form.isdigit()):
        raise BadModule("the manifest's StarfaceModule_SpecVersion is no number (invalid version)")
    if len(form) > 3 or int(form) > NEWEST_FORM:
        raise BadModule(
            f"the manifest's StarfaceModule_SpecVersion is above {NEWEST_FORM} "
            "(incompatible version)"
        )
    return manifest


def _main_section(text: str) -> dict[str, str]:
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if not line and lines:
            break
        if line.startswith(" ") and lines:
            lines[-1] += line[1:]
        elif line:
            lines.append(line)
    section: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(": ")
        if not colon:
            raise BadModule("the manifest has a line without a name")
        section[name] = value.strip()
    return section
