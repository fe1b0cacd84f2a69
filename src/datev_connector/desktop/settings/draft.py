"""What a person has entered and not yet saved. Pure: no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from datev_connector.desktop.ports import Field, FieldKind, Form

Value = str | int | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A form as it was read, and what differs from it."""

    form: Form
    changes: dict[str, Value] = field(default_factory=dict)
    """As `Settings.save` takes them: of a secret the new text, or False for its removal."""

    def entered(self, name: str, value: Value) -> Draft:
        """The draft after an entry; one that says what is there already is none.

        Of a secret an empty text leaves what is there. Raises KeyError for an unknown field.
        """
        there = self.form.field(name)
        others = {one: known for one, known in self.changes.items() if one != name}
        if there.locked or _says_nothing(there, value):
            return replace(self, changes=others)
        return replace(self, changes={**others, name: value})

    def read_again(self, form: Form) -> Draft:
        """The draft on a form as it is now; entries that it already holds are none any more."""
        again = Draft(form=form)
        known = {one.name for one in form.fields}
        for name, value in self.changes.items():
            if name in known:
                again = again.entered(name, value)
        return again

    def saved(self, form: Form, sent: dict[str, Value]) -> Draft:
        """The draft after a save: what was entered since it was sent is still to be saved."""
        later = {
            name: value
            for name, value in self.changes.items()
            if name not in sent or sent[name] != value
        }
        return Draft(form=self.form, changes=later).read_again(form)

    def value(self, name: str) -> Value:
        """What would be saved; of a secret whether there would be one. Raises KeyError."""
        there = self.form.field(name)
        if name not in self.changes:
            return there.value
        changed = self.changes[name]
        return bool(changed) if there.kind is FieldKind.SECRET else changed

    @property
    def values(self) -> dict[str, Value]:
        """All values by name, as they would be saved."""
        return {one.name: self.value(one.name) for one in self.form.fields}

    @property
    def changed(self) -> bool:
        """Tell whether there is anything to be saved."""
        return bool(self.changes)


def _says_nothing(there: Field, value: Value) -> bool:
    if there.kind is not FieldKind.SECRET:
        return value == there.value
    return value == "" or (value is False and not there.value)
