"""Forms as the program gives them, made from its own list of options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from datev_connector.app.secrets import SecretKind
from datev_connector.app.settings.option import Option
from datev_connector.app.settings.registry import OPTIONS
from datev_connector.desktop.ports import Field, FieldKind, Finding, Form
from datev_connector.domain.legs import Leg, LegState, Mender

Value = str | int | bool

OFFICE: Mapping[str, Value] = {
    "starface.host": "telefonanlage.steuerkanzlei-müller-lüdenscheidt.example",
    "starface.login": "0123",
    "secret.starface-password": True,
    "dial_plan.area_code": "721",
    "calls.transfer_automatically": True,
}
"""What a tax office has entered."""


def form_with(
    values: Mapping[str, Value] = OFFICE, *, locked: Mapping[str, str] | None = None
) -> Form:
    """All options with their defaults but for `values`; `locked` are fixed by whom it says."""
    fields = [*map(_field, OPTIONS), *map(_secret, SecretKind)]
    return Form(fields=tuple(_with(field, values, locked or {}) for field in fields))


def _with(field: Field, values: Mapping[str, Value], locked: Mapping[str, str]) -> Field:
    return replace(
        field,
        value=values.get(field.name, field.value),
        locked=field.name in locked,
        origin=locked.get(field.name, field.origin),
    )


def _field(option: Option) -> Field:
    default = option.default_on("win32")
    return Field(
        name=option.name,
        kind=_kind(option),
        value=str(default) if isinstance(default, str) else default,
        default=str(default) if isinstance(default, str) else default,
        choices=tuple(option.allowed),
        minimum=option.minimum or 0,
        maximum=option.maximum or 0,
        restart=option.restart,
    )


def _kind(option: Option) -> FieldKind:
    if issubclass(option.kind, StrEnum):
        return FieldKind.CHOICE
    return {bool: FieldKind.SWITCH, int: FieldKind.NUMBER}.get(option.kind, FieldKind.TEXT)


def _secret(kind: SecretKind) -> Field:
    return Field(name=f"secret.{kind.value}", kind=FieldKind.SECRET, value=False, default=False)


def finding(
    leg: Leg | None,
    state: LegState = LegState.UP,
    *,
    left_out: bool = False,
    meaning: str = "",
    mender: Mender = Mender.NOBODY,
    remedy: str = "",
) -> Finding:
    """What one step found."""
    return Finding(
        leg=leg,
        step="step",
        state=state,
        left_out=left_out,
        tried="look",
        found="something",
        meaning=meaning,
        mender=mender,
        remedy=remedy,
        duration_s=0.1,
    )
