"""What stands on which page of the settings, in which order. Pure: no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from datev_connector.desktop.settings.effects import REFINEMENTS
from datev_connector.domain.wording import Worded, worded


class PageName(StrEnum):
    """The pages, in the order of the list at the left."""

    CONNECTION = "connection"
    CALLS = "calls"
    DIAL_PLAN = "dial_plan"
    DATEV = "datev"
    GENERAL = "general"
    HELP = "help"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Fields that belong together."""

    title: Worded | None = None
    names: tuple[str, ...]
    advanced: bool = False
    """Folded away until somebody wants it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page."""

    name: PageName
    title: Worded
    intro: Worded
    groups: tuple[Group, ...] = ()


INDENTED = frozenset(REFINEMENTS)
"""Fields that refine the one above them."""

PAGES = (
    Page(
        name=PageName.CONNECTION,
        title=worded("Connection"),
        intro=worded("How the program reaches your STARFACE phone system."),
        groups=(
            Group(names=("starface.host", "starface.login", "secret.starface-password")),
            Group(
                title=worded("Encryption and ports"),
                names=(
                    "starface.encrypted",
                    "starface.verify_certificate",
                    "starface.https_port",
                    "starface.xmpp_port",
                ),
            ),
            Group(
                title=worded("Further settings"),
                advanced=True,
                names=(
                    "starface.transport",
                    "starface.events",
                    "starface.callback_host",
                    "starface.callback_port",
                    "starface.uci_version",
                    "starface.sign_in",
                    "starface.oauth_client_id",
                    "secret.starface-client-secret",
                    "starface.xmpp_domain",
                    "starface.xmpp_endpoint",
                    "starface.module_name",
                ),
            ),
        ),
    ),
    Page(
        name=PageName.CALLS,
        title=worded("Call data"),
        intro=worded("What happens with a call by itself."),
        groups=(
            Group(
                title=worded("Handing over to DATEV"),
                names=("calls.transfer_automatically", *REFINEMENTS),
            ),
            Group(
                title=worded("Choice of the contact"),
                names=("calls.prefer_datev", "calls.first_best_contact"),
            ),
            Group(
                title=worded("Call window"),
                names=("calls.hide_internal", "calls.close_after_call"),
            ),
        ),
    ),
    Page(
        name=PageName.DIAL_PLAN,
        title=worded("Dial plan"),
        intro=worded("How numbers are read and dialled in your office."),
        groups=(
            Group(
                names=(
                    "dial_plan.country",
                    "dial_plan.area_code",
                    "dial_plan.exchange_prefix",
                    "dial_plan.internal_digits",
                )
            ),
        ),
    ),
    Page(
        name=PageName.DATEV,
        title=worded("Contacts and DATEV"),
        intro=worded("Where calls go, and where the names of callers come from."),
        groups=(
            Group(
                title=worded("Telephony"),
                names=("datev.link", "datev.simulator_address"),
            ),
            Group(title=worded("Master data"), names=("datev.contacts",)),
            Group(
                title=worded("DATEVconnect"),
                names=(
                    "datev.connect_url",
                    "datev.connect_user",
                    "secret.datev-password",
                    "datev.connect_verify_certificate",
                    "datev.contacts_refresh_minutes",
                ),
            ),
            Group(
                title=worded("Further settings"),
                advanced=True,
                names=(
                    "datev.contacts_reload_days",
                    "datev.connect_lanes",
                    "datev.sdd_reader",
                    "datev.sdd_assemblies",
                    "datev.sdd_limit_s",
                ),
            ),
        ),
    ),
    Page(
        name=PageName.GENERAL,
        title=worded("General"),
        intro=worded("The program itself."),
        groups=(
            Group(
                names=(
                    "general.language",
                    "general.start_with_windows",
                    "general.start_delay_s",
                    "general.dial_shortcut",
                )
            ),
            Group(title=worded("Log"), names=("general.log_level",)),
            Group(title=worded("Further settings"), advanced=True, names=("general.licence_file",)),
        ),
    ),
    Page(
        name=PageName.HELP,
        title=worded("Help"),
        intro=worded("Version, licence, and where things are."),
    ),
)


def page_of(field: str) -> PageName | None:
    """The page on which a field stands; None: on none."""
    for page in PAGES:
        if any(field in group.names for group in page.groups):
            return page.name
    return None
