from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from datev_connector.app.settings.lines import key_lines


def test_every_way_to_write_a_key_has_its_line() -> None:
    text = '''# a comment = 1
starface.host = "a = b"

"dial_plan".'area_code' = """
internal_digits = 9
[calls]
"""
datev = { link = "com", contacts = "none" }
[ calls ] # comment
  open_window = true
list = [
  1, # open = 2
]
[[many]]
x = 1
[[many]]
x = 1
[a."b.c".d]
'''
    assert key_lines(text) == {
        ("starface",): 2,
        ("starface", "host"): 2,
        ("dial_plan",): 4,
        ("dial_plan", "area_code"): 4,
        ("datev",): 8,
        ("datev", "link"): 8,
        ("datev", "contacts"): 8,
        ("calls",): 9,
        ("calls", "open_window"): 10,
        ("calls", "list"): 11,
        ("many",): 14,
        ("many", "x"): 15,
        ("a", "b.c", "d"): 18,
    }


KEY = st.text("abcdefgh_", min_size=1, max_size=6)
VALUE = st.sampled_from(
    ["1", "true", '"x"', "'''\n\n'''", '"""\n[t]\nk = 1\n"""', "[\n1,\n]", "{ z = 1 }", '"# ["']
)
GAP = st.sampled_from(["", "\n", "# k = 1\n", "   \n\n"])


@given(
    tables=st.dictionaries(
        KEY, st.dictionaries(KEY, st.tuples(GAP, VALUE), max_size=4), max_size=4
    ),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_lines_are_those_on_which_the_keys_were_written(
    tables: dict[str, dict[str, tuple[str, str]]], line_end: str
) -> None:
    text = ""
    expected: dict[tuple[str, ...], int] = {}
    for table, keys in tables.items():
        expected[(table,)] = text.count("\n") + 1
        text += f"[{table}]\n"
        for key, (gap, value) in keys.items():
            text += gap
            expected[(table, key)] = text.count("\n") + 1
            text += f"{key} = {value}\n"
    tomllib.loads(text)

    found = key_lines(text.replace("\n", line_end))

    assert {path: line for path, line in found.items() if path[-1] != "z"} == expected
