"""The settings as a form: every option with its value, its limits and where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum

from datev_connector.app.secrets import Passwords, SecretKind
from datev_connector.app.settings import OPTIONS, Loaded, Origin, Provenance
from datev_connector.app.settings.option import Option, Value
from datev_connector.desktop.ports import Field, FieldKind, Form
from datev_connector.domain.wording import sentence, worded

SECRET = "secret."  # noqa: S105 - the beginning of a name


def form_of(
    loaded: Loaded,
    inherited: Loaded,
    passwords: Passwords,
    is_given: Callable[[SecretKind], bool],
) -> Form:
    """All options in the order of the registry, then the secrets.

    `inherited`: what would be without the person's own file; `is_given`: whether the environment
    gives a secret, so that it cannot be changed here.
    """
    fields = [
        _field(
            option, loaded.provenance[option.name], _plain(inherited.provenance[option.name].value)
        )
        for option in OPTIONS
    ]
    return Form(fields=(*fields, *_secrets(passwords, is_given)))


def _field(option: Option, known: Provenance, usual: Value) -> Field:
    return Field(
        name=option.name,
        kind=_kind(option),
        value=_plain(known.value),
        default=usual,
        choices=tuple(option.allowed),
        minimum=option.minimum or 0,
        maximum=option.maximum or 0,
        locked=known.locked,
        origin=_origin(known),
        restart=option.restart,
    )


def _plain(value: Value) -> Value:
    """A value of a closed set as plain text: windows know no sets of ours."""
    return value.value if isinstance(value, StrEnum) else value


def _kind(option: Option) -> FieldKind:
    if issubclass(option.kind, StrEnum):
        return FieldKind.CHOICE
    return {bool: FieldKind.SWITCH, int: FieldKind.NUMBER, str: FieldKind.TEXT}[option.kind]


def _origin(known: Provenance) -> str:
    if known.fault is not None:
        return worded(
            "{policy} was to fix this, with a value that cannot be used: {reason}",
            policy=known.fault.source,
            reason=sentence(known.fault.message),
        )
    match known.origin:
        case Origin.MACHINE_POLICY:
            return worded("Fixed for this computer by {policy}.", policy=known.place.source)
        case Origin.USER_POLICY:
            return worded("Fixed for you by {policy}.", policy=known.place.source)
        case Origin.MACHINE_FILE:
            return worded("Set for this computer in {file}.", file=known.place.source)
        case Origin.USER_FILE | Origin.BUILT_IN:
            return ""


def _secrets(passwords: Passwords, is_given: Callable[[SecretKind], bool]) -> Iterator[Field]:
    for kind in SecretKind:
        given = is_given(kind)
        variable = kind.variable
        yield Field(
            name=f"{SECRET}{kind.value}",
            kind=FieldKind.SECRET,
            value=bool(passwords.of(kind)),
            default=False,
            locked=given,
            origin=worded("Given by the environment variable {variable}.", variable=variable)
            if given
            else "",
        )
