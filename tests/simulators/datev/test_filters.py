from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from datev_connector.simulators.datev.filters import (
    ADDRESSEE_FIELDS,
    BadQuery,
    parse_filter,
    parse_select,
)

ENTITY = {
    "id": "a",
    "type": "legal_person",
    "status": "active",
    "timestamp": "2025-02-11T09:14:05.320",
    "current_company_name": "Probebau 'Süd' GmbH and Partner",
}


def holds(text: str) -> bool:
    zone = timezone(timedelta(hours=1))
    return all(part.holds(ENTITY, zone) for part in parse_filter(text, ADDRESSEE_FIELDS))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("timestamp gt 2025-02-11T09:14:05", True),
        ("timestamp gt '2025-02-11T09:14:05.320'", False),
        ("timestamp ge 2025-02-11T09:14:05.320", True),
        ("timestamp lt 2025-02-12", True),
        ("timestamp le 2025-02-11T09:14:05.319", False),
        ("timestamp eq 2025-02-11T08:14:05.320Z", True),
        ("status eq 'active' and type eq legal_person", True),
        ("status eq active AND type eq natural_person", False),
        ("current_company_name contains 'süd'", True),
        ("contains(current_company_name, 'Probebau ''Süd''')", True),
        ("current_company_name startswith 'GmbH'", False),
        ("current_company_name contains 'GmbH and Part' and status eq 'active'", True),
        ("current_surname eq 'Meier'", False),
    ],
)
def test_what_a_filter_finds(text: str, expected: bool) -> None:
    assert holds(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "status",
        "status eq",
        "status eq 'active' and",
        "status eq 'active' or type eq 'x'",
        "status gt 'active'",
        "timestamp contains '2025'",
        "timestamp gt soon",
        "number eq 1",
        "phone eq '1'",
        "status eq 'open",
    ],
)
def test_what_is_no_filter(text: str) -> None:
    with pytest.raises(BadQuery):
        parse_filter(text, ADDRESSEE_FIELDS)


def test_select() -> None:
    assert parse_select(None) is None
    assert parse_select("id, status,") == frozenset({"id", "status"})
    with pytest.raises(BadQuery):
        parse_select(" , ")
