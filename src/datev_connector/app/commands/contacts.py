"""`contacts`: fill and search the contact index."""

from __future__ import annotations

import click

from datev_connector.app.commands.contacts_choices import choices, choose, forget
from datev_connector.app.commands.contacts_import import import_
from datev_connector.app.commands.contacts_report import report
from datev_connector.app.commands.contacts_search import search
from datev_connector.app.commands.contacts_sync import sync
from datev_connector.app.commands.options import common_options


@click.group()
@common_options
def contacts() -> None:
    """Fill and search the contact index."""


for command in (sync, import_, search, report, choices, choose, forget):
    contacts.add_command(command)
