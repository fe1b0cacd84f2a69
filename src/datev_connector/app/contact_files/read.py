"""Reads a contact file of whichever kind it is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from datev_connector.app.contact_files.csv_file import read_csv
from datev_connector.app.contact_files.outcome import ContactFile, ContactFileError
from datev_connector.app.contact_files.vcard_file import read_vcards
from datev_connector.domain.contacts import Source

LARGEST_FILE_BYTES: Final = 200_000_000
"""A million numbers; what is larger is another file."""


def read_contact_file(path: Path, vcard_source: Source = Source.STARFACE) -> ContactFile:
    """Read CSV or vCard, told apart by their content; vCards belong to `vcard_source`.

    Raises ContactFileError if the file as a whole is unusable, OSError if it cannot be read.
    """
    with path.open("rb") as stream:
        data = stream.read(LARGEST_FILE_BYTES + 1)
    if len(data) > LARGEST_FILE_BYTES:
        raise ContactFileError(f"the file has more than {LARGEST_FILE_BYTES} bytes")
    text = decoded(data)
    if text.lstrip()[:11].upper() == "BEGIN:VCARD":
        return read_vcards(text, vcard_source)
    return read_csv(text)


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8 or UTF-16 (with byte order mark), UTF-8, or Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ContactFileError("this is no text file; save it as CSV, in UTF-8 or Windows-1252")
