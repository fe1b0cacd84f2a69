"""What a running connector has to do anew when its settings or passwords have changed.

Each question is asked of the terms a part was built by and those that are wanted now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from datev_connector.app import office
from datev_connector.app.secrets import Passwords
from datev_connector.app.settings import DatevLink, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a connector goes by."""

    settings: Settings
    passwords: Passwords


def same_rules(before: Terms, wanted: Terms) -> bool:
    """Tell whether calls and numbers are treated alike."""
    return (before.settings.calls, before.settings.dial_plan) == (
        wanted.settings.calls,
        wanted.settings.dial_plan,
    )


def same_plan(before: Terms, wanted: Terms) -> bool:
    """Tell whether numbers are read alike."""
    return before.settings.dial_plan == wanted.settings.dial_plan


def same_pbx(before: Terms, wanted: Terms) -> bool:
    """Tell whether the connection to the PBX would be the same."""
    return _pbx(before) == _pbx(wanted)


def _pbx(terms: Terms) -> tuple[object, ...]:
    options = office.starface_options(terms.settings)
    return options, terms.passwords.starface, terms.passwords.client_secret


def same_sign_in(before: Terms, wanted: Terms) -> bool:
    """Tell whether the PBX would be shown the same: what it refused it would refuse again."""
    return _sign_in(before) == _sign_in(wanted)


def _sign_in(terms: Terms) -> tuple[object, ...]:
    section, passwords = terms.settings.starface, terms.passwords
    return (
        section.host,
        section.https_port,
        section.login,
        section.sign_in,
        section.oauth_client_id,
        passwords.starface,
        passwords.client_secret,
    )


def same_user(before: Terms, wanted: Terms) -> bool:
    """Tell whether the calls are those of the same user: then none of them may be missed."""
    return before.settings.starface.login == wanted.settings.starface.login


def same_link(before: Terms, wanted: Terms) -> bool:
    """Tell whether the link to DATEV would be the same."""
    old, new = before.settings.datev, wanted.settings.datev
    return (old.link, old.simulator_address) == (new.link, new.simulator_address)


def same_master_data(before: Terms, wanted: Terms) -> bool:
    """Tell whether master data would come from the same place, with the same keys."""
    return same_plan(before, wanted) and _master_data(before) == _master_data(wanted)


def _master_data(terms: Terms) -> tuple[object, ...]:
    datev = terms.settings.datev
    elsewhere = replace(datev, link=DatevLink.SIMULATOR, simulator_address="")
    return elsewhere, terms.passwords.datev


def same_sign_on(before: Terms, wanted: Terms) -> bool:
    """Tell whether DATEV would be shown the same: what it refused it would refuse again."""
    return _sign_on(before) == _sign_on(wanted)


def _sign_on(terms: Terms) -> tuple[object, ...]:
    datev = terms.settings.datev
    way = (datev.contacts, datev.sdd_reader, datev.sdd_assemblies)
    return way, datev.connect_url, datev.connect_user, terms.passwords.datev
