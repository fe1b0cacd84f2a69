"""The journal: all calls, found by what one remembers of them, and what can still be done."""
