"""Which tests of a file are collected, and run unless the machine cannot."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

KINDS = (ast.FunctionDef, ast.AsyncFunctionDef)
LEFT_OUT = frozenset({"skip", "xfail"})
"""A `skipif` hangs on the platform, and is none of these."""


@cache
def proofs_in(file: Path) -> frozenset[str]:
    """The names of the tests in a file; none that is always skipped, or may fail."""
    body = ast.parse(file.read_text("utf-8")).body
    if not file.match("test_*.py") or gives_up(body):
        return frozenset()
    tests = [node for node in body if isinstance(node, KINDS) and node.name.startswith("test_")]
    return frozenset(
        test.name
        for test in tests
        if not any(map(leaves_out, test.decorator_list)) and not gives_up(test.body)
    )


def gives_up(body: Iterable[ast.stmt]) -> bool:
    """Whether a file or a test says, on no condition, that it is left out."""
    return any(leaves_out(mark) for statement in body for mark in marks_in(statement))


def marks_in(statement: ast.stmt) -> Iterator[ast.expr]:
    """What a file marks its tests with, or what a statement calls."""
    if isinstance(statement, ast.Expr):
        yield statement.value
    elif isinstance(statement, ast.Assign) and "pytestmark" in map(ast.unparse, statement.targets):
        value = statement.value
        yield from value.elts if isinstance(value, ast.List | ast.Tuple) else (value,)


def leaves_out(mark: ast.expr) -> bool:
    """Whether that is `pytest.skip`, `pytest.mark.skip` or the same with `xfail`."""
    named = mark.func if isinstance(mark, ast.Call) else mark
    return isinstance(named, ast.Attribute) and named.attr in LEFT_OUT
