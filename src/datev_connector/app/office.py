"""The settings of an office in the terms of the rooms that they are for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from datev_connector.app.settings.sections import Settings
from datev_connector.domain.choice import ContactRules
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.rules import CallRules

if TYPE_CHECKING:
    from datev_connector.datev.master_data.connect.options import ConnectOptions
    from datev_connector.datev.master_data.sdd.options import SddOptions
    from datev_connector.starface.options import StarfaceOptions


def dial_plan(settings: Settings) -> DialPlan:
    """How numbers are read and dialled.

    Without the accounts of the PBX, which are known only while it is connected. This is also the
    plan for the keys of the contact index, which must not change with every connection.
    """
    plan = settings.dial_plan
    return DialPlan(
        country=plan.country,
        area_code=plan.area_code,
        exchange_prefix=plan.exchange_prefix,
        internal_digits=plan.internal_digits,
    )


def contact_rules(settings: Settings) -> ContactRules:
    """What is taken without asking."""
    return ContactRules(
        prefer_datev=settings.calls.prefer_datev,
        first_best_contact=settings.calls.first_best_contact,
    )


def call_rules(settings: Settings) -> CallRules:
    """What happens with a call by itself."""
    section = settings.calls
    return CallRules(
        transfer_automatically=section.transfer_automatically,
        only_datev_matches=section.only_datev_matches,
        skip_internal=section.skip_internal,
        only_answered=section.only_answered,
        open_window=section.open_window,
        hide_internal=section.hide_internal,
        prefer_datev=section.prefer_datev,
        first_best_contact=section.first_best_contact,
        close_after_call=section.close_after_call,
    )


def starface_options(settings: Settings) -> StarfaceOptions:
    """How to reach the PBX."""
    # Late: it brings the HTTP client along, which most commands have no use for.
    from datev_connector.starface.options import StarfaceOptions

    section = settings.starface
    return StarfaceOptions(
        host=section.host,
        https_port=section.https_port,
        login=section.login,
        encrypted=section.encrypted,
        verify_certificate=section.verify_certificate.value,
        transport=section.transport.value,
        events=section.events.value,
        callback_host=section.callback_host,
        callback_port=section.callback_port,
        uci_version=section.uci_version.value,
        sign_in=section.sign_in.value,
        oauth_client_id=section.oauth_client_id,
        xmpp_port=section.xmpp_port,
        xmpp_domain=section.xmpp_domain,
        xmpp_endpoint=section.xmpp_endpoint,
    )


def connect_options(settings: Settings) -> ConnectOptions:
    """How to reach DATEVconnect."""
    from datev_connector.datev.master_data.connect.options import ConnectOptions

    section = settings.datev
    return ConnectOptions(
        url=section.connect_url,
        user=section.connect_user,
        verify_certificate=section.connect_verify_certificate.value,
        lanes=section.connect_lanes,
    )


def sdd_options(settings: Settings) -> SddOptions:
    """How to read DATEV's master data service."""
    from datev_connector.datev.master_data.sdd.options import SddOptions

    section = settings.datev
    return SddOptions(
        reader=Path(section.sdd_reader) if section.sdd_reader else None,
        assemblies=section.sdd_assemblies,
        limit_s=section.sdd_limit_s,
    )
