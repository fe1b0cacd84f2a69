"""Contacts from files: CSV and vCard.

`read_contact_file` reads a file of either kind and gives a `ContactFile`: the contacts by source,
a `Refusal` for everything that could not be used, and a `Hint` for what was taken otherwise than it
is written, with line, field and reason. Only a file that as a whole is no contact file raises
`ContactFileError`.

    text_file    lines, whatever the encoding and however large the file
    csv_rows     records of a CSV           vcard_lines  properties of vCards
    csv_file     what a record says         vcard_file   what a card says
    spreadsheet  what Excel does to numbers
    collector    lines put together to contacts

Nothing holds a file as a whole: it is read once to judge it, and again to take its contacts.
"""

from __future__ import annotations

from datev_connector.app.contact_files.outcome import (
    ContactFile,
    ContactFileError,
    FileContacts,
    Hint,
    Refusal,
)
from datev_connector.app.contact_files.read import read_contact_file

__all__ = [
    "ContactFile",
    "ContactFileError",
    "FileContacts",
    "Hint",
    "Refusal",
    "read_contact_file",
]
