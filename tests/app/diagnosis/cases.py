"""For each symptom of an office what we do about it: words, or a test that it cannot happen."""

from __future__ import annotations

from tests.app.diagnosis.cases_of_questions import QUESTIONED
from tests.app.diagnosis.cases_of_telephony import TELEPHONED
from tests.app.diagnosis.told import Case

ANSWERS: dict[str, tuple[Case, ...]] = {**QUESTIONED, **TELEPHONED}
