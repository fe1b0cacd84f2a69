"""Calls into rooms of the program that take long to import."""

from __future__ import annotations

from importlib import import_module


def outcome_of(module: str, function: str, *arguments: object, **options: object) -> int:
    """Import `datev_connector.app.<module>` and call a function; its result is the exit code."""
    result = getattr(import_module(f"datev_connector.app.{module}"), function)(
        *arguments, **options
    )
    return int(result or 0)
