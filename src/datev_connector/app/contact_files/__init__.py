"""Contacts from files: CSV and vCard.

`read_contact_file` reads a file of either kind and gives a `ContactFile`: the contacts by source,
a `Refusal` for everything that could not be used, and a `Hint` for what was taken otherwise than it
is written, with line, field and reason. Only a file that as a whole is no contact file raises
`ContactFileError`.
"""

from __future__ import annotations

from datev_connector.app.contact_files.outcome import ContactFile, ContactFileError, Hint, Refusal
from datev_connector.app.contact_files.read import read_contact_file

__all__ = ["ContactFile", "ContactFileError", "Hint", "Refusal", "read_contact_file"]
