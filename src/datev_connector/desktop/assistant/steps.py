"""The steps of the first set-up: which is next, and what each needs. Pure: no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from datev_connector.desktop.ports import Flaw, Form
from datev_connector.desktop.settings.pages import Group
from datev_connector.domain.wording import Worded, worded

Value = str | int | bool


class StepName(StrEnum):
    """The steps, in their order."""

    WELCOME = "welcome"
    PBX = "pbx"
    DATEV = "datev"
    DIAL_PLAN = "dial_plan"
    CHECK = "check"
    TEST_CALL = "test_call"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step."""

    name: StepName
    title: Worded
    intro: Worded
    fields: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    """Fields without which nothing works."""

    @property
    def groups(self) -> tuple[Group, ...]:
        """The fields as a sheet shows them."""
        return (Group(names=self.fields),) if self.fields else ()


STEPS = (
    Step(
        name=StepName.WELCOME,
        title=worded("Welcome"),
        intro=worded(
            "In a few steps this program learns where your phone system and your contacts are. "
            "You can stop at any time; what you have entered stays."
        ),
        fields=("general.language",),
    ),
    Step(
        name=StepName.PBX,
        title=worded("Phone system"),
        intro=worded("Sign in as on the STARFACE web page. Everything else is found by itself."),
        fields=("starface.host", "starface.login", "secret.starface-password"),
        needed=("starface.host", "starface.login", "secret.starface-password"),
    ),
    Step(
        name=StepName.DATEV,
        title=worded("DATEV and contacts"),
        intro=worded("Where the names of callers come from. The automatic choice fits usually."),
        fields=(
            "datev.contacts",
            "datev.connect_url",
            "datev.connect_user",
            "secret.datev-password",
        ),
    ),
    Step(
        name=StepName.DIAL_PLAN,
        title=worded("Dial plan"),
        intro=worded("Where your office is, so that local numbers are recognised."),
        fields=("dial_plan.country", "dial_plan.area_code", "dial_plan.exchange_prefix"),
    ),
    Step(
        name=StepName.CHECK,
        title=worded("Check"),
        intro=worded("Every connection is tried. If something is wrong, you can go back."),
    ),
    Step(
        name=StepName.TEST_CALL,
        title=worded("Test call"),
        intro=worded(
            "A call proves that everything works together. Please call this extension from a "
            "mobile phone, or dial a number here."
        ),
    ),
    Step(
        name=StepName.END,
        title=worded("Done"),
        intro=worded("This is how it stands."),
    ),
)


def step(name: StepName) -> Step:
    """A step by its name."""
    return next(one for one in STEPS if one.name is name)


def after(name: StepName) -> StepName | None:
    """The next step; None after the last."""
    return _beside(name, 1)


def before(name: StepName) -> StepName | None:
    """The step before; None before the first."""
    return _beside(name, -1)


def _beside(name: StepName, by: int) -> StepName | None:
    names = list(StepName)
    place = names.index(name) + by
    return names[place] if 0 <= place < len(names) else None


def lacking(name: StepName, form: Form, values: Mapping[str, Value]) -> tuple[Flaw, ...]:
    """What a step still needs from the person; fixed fields are nobody's to fill in.

    `values` as `Draft.values` has them: of a secret, whether there is one.
    """
    fields = {field.name: field for field in form.fields}
    return tuple(
        Flaw(name=one, text=worded("This is needed: without it the phone system is not reached."))
        for one in step(name).needed
        if one in fields and not fields[one].locked and not _filled(values.get(one, ""))
    )


def is_complete(name: StepName, form: Form, values: Mapping[str, Value]) -> bool:
    """Tell whether a step lacks nothing that it needs, fixed fields included."""
    known = {field.name for field in form.fields}
    return all(_filled(values.get(one, "")) for one in step(name).needed if one in known)


def _filled(value: Value) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)
