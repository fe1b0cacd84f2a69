"""Two numbers in one field, in all usual forms and with all usual signs between them.

Nothing may come out that neither of them is: such a key would name a stranger.
"""

from __future__ import annotations

from itertools import product

import pytest

from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.numbers import read_stored

KARLSRUHE = DialPlan(area_code="721")
NUMBERS = {
    "0721/9204-0": "4972192040/497219204",
    "07 21 / 92 04 - 0": "4972192040/497219204",
    "+49 (0)721 9204-0": "4972192040/497219204",
    "0721/9204-17": "49721920417",
    "(0721) 9204-17": "49721920417",
    "0721920417": "49721920417",
    "0721/1234-00": "49721123400/497211234",
    "0331 123456-0": "493311234560/49331123456",
    "030/12345678": "493012345678",
    "0721 500 0262": "497215000262",
    "0171/1234567": "491711234567",
    "0171 12 34 567": "491711234567",
    "0151 400 0262": "491514000262",
    "+49 151 400 01 09": "491514000109",
    "+49 171 1234567": "491711234567",
    "0049 171/1234567": "491711234567",
    "+43 1 58858-0": "431588580",
    "0033 1 42685300": "33142685300",
}
BETWEEN = (
    *(" ", "  ", "\n", ",", ", ", ";", "; ", "/", " / ", " - ", " + ", " & ", " | ", " ("),
    *(" oder ", " od. ", " u. ", " bzw. ", " Handy ", ", mobil: ", " privat "),
)


@pytest.mark.parametrize("between", BETWEEN)
def test_two_numbers_in_a_field_are_these_two(between: str) -> None:
    for first, second in product(NUMBERS, repeat=2):
        if NUMBERS[first] != NUMBERS[second]:
            text = f"{first}{between}{second}"
            read = read_stored(text, "", KARLSRUHE)
            keys = [n.digits + (f"/{n.stem}" if n.stem else "") for n in read]
            assert keys == [NUMBERS[first], NUMBERS[second]], text
