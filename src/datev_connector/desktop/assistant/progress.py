"""How far the first set-up has come. Pure: no Qt."""

from __future__ import annotations

from collections.abc import Mapping

from datev_connector.desktop.assistant.proof import Watch
from datev_connector.desktop.assistant.steps import StepName, is_complete
from datev_connector.desktop.ports import Form
from datev_connector.desktop.settings.draft import Value
from datev_connector.desktop.settings.trial import Trial


def done_steps(
    at: StepName, form: Form, values: Mapping[str, Value], trial: Trial, watch: Watch
) -> frozenset[StepName]:
    """The steps that are behind the person and lack nothing."""
    names = list(StepName)
    behind = names[: names.index(at)]
    fulfilled = {StepName.CHECK: trial.good, StepName.TEST_CALL: watch.proven}
    return frozenset(
        one for one in behind if fulfilled.get(one, True) and is_complete(one, form, values)
    )
