"""Calls, numbers, contacts and rules: pure, no I/O, no clock, no tasks."""
