"""What a person, a machine or an administrator may set, and where each value came from.

The nouns: an `Option` is one row of the `OPTIONS` registry; a `Layer` is one place values come
from (a policy, a file); `load_settings` lays the layers over the built-in values and gives
`Loaded`: the immutable `Settings`, the provenance of every value, and hints. Everything that is
wrong is collected into one `SettingsError` whose problems name file, line and key.
"""

from __future__ import annotations

from datev_connector.app.settings.layers import Layer, Origin, Place, file_layer, policy_layer
from datev_connector.app.settings.load import (
    Loaded,
    Provenance,
    built_in_settings,
    load_settings,
    read_settings,
)
from datev_connector.app.settings.needed import missing_for_run
from datev_connector.app.settings.problems import Hint, Problem, SettingsError
from datev_connector.app.settings.registry import OPTIONS
from datev_connector.app.settings.sections import (
    Calls,
    Certificates,
    ContactSource,
    Datev,
    DatevLink,
    DialPlan,
    Events,
    General,
    Language,
    LogLevel,
    Settings,
    SignIn,
    Starface,
    Transport,
    UciVersion,
)
from datev_connector.app.settings.show import ShownSetting, shown_settings

__all__ = [
    "OPTIONS",
    "Calls",
    "Certificates",
    "ContactSource",
    "Datev",
    "DatevLink",
    "DialPlan",
    "Events",
    "General",
    "Hint",
    "Language",
    "Layer",
    "Loaded",
    "LogLevel",
    "Origin",
    "Place",
    "Problem",
    "Provenance",
    "Settings",
    "SettingsError",
    "ShownSetting",
    "SignIn",
    "Starface",
    "Transport",
    "UciVersion",
    "built_in_settings",
    "file_layer",
    "load_settings",
    "missing_for_run",
    "policy_layer",
    "read_settings",
    "shown_settings",
]
