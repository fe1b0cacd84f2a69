"""Contacts from files: CSV and vCard.

`read_contact_file` reads a file of either kind and gives a `ContactFile`: the contacts by source,
and a `Refusal` for everything that could not be used, with line, field and reason. Only a file that
as a whole is no contact file raises `ContactFileError`.
"""

from __future__ import annotations

from datev_connector.app.contact_files.outcome import ContactFile, ContactFileError, Refusal
from datev_connector.app.contact_files.read import read_contact_file

__all__ = ["ContactFile", "ContactFileError", "Refusal", "read_contact_file"]
