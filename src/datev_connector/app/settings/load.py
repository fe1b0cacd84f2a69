"""Lays the layers over the built-in values: the strongest layer that holds a key wins."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from datev_connector.app.settings.layers import PRECEDENCE, Layer, Origin, file_layer
from datev_connector.app.settings.laying import Laying, Loaded, Provenance
from datev_connector.app.settings.problems import Problem, SettingsError
from datev_connector.app.settings.sections import Settings

__all__ = ["Loaded", "Provenance", "built_in_settings", "load_settings", "read_settings"]


def read_settings(
    *,
    user_file: Path,
    machine_file: Path,
    policies: Sequence[Layer] = (),
    user_file_must_exist: bool = False,
    mend_policies: bool = False,
    platform: str = sys.platform,
) -> Loaded:
    """The effective settings of one user from the two files and the policies.

    A missing file holds nothing, unless `user_file_must_exist`. Raises `SettingsError` with all
    problems of all layers; for `mend_policies` see `load_settings`.
    """
    layers, problems = list(policies), list[Problem]()
    for origin, file, must_exist in (
        (Origin.USER_FILE, user_file, user_file_must_exist),
        (Origin.MACHINE_FILE, machine_file, False),
    ):
        try:
            layer = file_layer(origin, file, must_exist=must_exist)
        except SettingsError as error:
            problems += error.problems
        else:
            layers += [layer] if layer is not None else []
    try:
        loaded = load_settings(layers, mend_policies=mend_policies, platform=platform)
    except SettingsError as error:
        raise SettingsError([*problems, *error.problems]) from None
    if problems:
        raise SettingsError(problems)
    return loaded


def load_settings(
    layers: Sequence[Layer], *, mend_policies: bool = False, platform: str = sys.platform
) -> Loaded:
    """The effective settings of any layers, at most one of each origin, in any order.

    Raises `SettingsError` with everything that is wrong in any layer, also in values that a
    stronger layer hides. With `mend_policies` what is wrong in a policy is in `faults` instead:
    its setting stays locked, at the value that it has without policy and without the user's file.
    """
    ordered = sorted(layers, key=lambda layer: PRECEDENCE.index(layer.origin))
    if len({layer.origin for layer in ordered}) != len(ordered):
        message = "two layers have the same origin"
        raise ValueError(message)
    laying = Laying(ordered, mend_policies=mend_policies, platform=platform)
    return laying.loaded()


def built_in_settings(platform: str = sys.platform) -> Settings:
    """The settings of somebody who set nothing."""
    return load_settings((), platform=platform).settings
