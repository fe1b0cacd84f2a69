from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from datev_connector.datev.com.shape import DOCUMENTED, LAST_SENSIBLE_SLOT, Declared, shape_of

SLOTS = st.integers(-5, 40)
METHODS = st.builds(
    Declared,
    name=st.sampled_from(["Dial", "dial", "DROP", "Drop", "Greet", ""]),
    slot=SLOTS,
    member=st.integers(-10, 100),
)


def declared(**slots: int) -> list[Declared]:
    return [
        Declared(name=name, slot=slot, member=50 + index)
        for index, (name, slot) in enumerate(slots.items())
    ]


def test_the_contract_extends_iunknown() -> None:
    assert dict(DOCUMENTED.slots) == {"Dial": 3, "Drop": 4}
    assert shape_of([]) == DOCUMENTED


def test_a_dual_interface_has_its_methods_further_down() -> None:
    shape = shape_of(declared(Greet=7, Dial=8, Drop=9))
    assert dict(shape.slots) == {"Dial": 8, "Drop": 9}
    assert dict(shape.members) == {"dial": 51, "drop": 52}


def test_one_without_a_table_is_called_by_number() -> None:
    shape = shape_of(declared(Dial=-1, Drop=-1))
    assert not shape.slots
    assert dict(shape.members) == {"dial": 50, "drop": 51}


def test_a_library_that_lacks_a_method_is_not_believed() -> None:
    assert shape_of(declared(Dial=9)) == DOCUMENTED


@given(st.lists(METHODS, max_size=8))
def test_no_library_leads_beyond_a_sensible_table(methods: list[Declared]) -> None:
    shape = shape_of(methods)
    assert set(shape.members) == {"dial", "drop"}
    assert set(shape.slots) in ({"Dial", "Drop"}, set())
    assert all(3 <= slot <= LAST_SENSIBLE_SLOT for slot in shape.slots.values())
    assert len(set(shape.slots.values())) == len(shape.slots)
