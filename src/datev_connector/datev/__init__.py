"""Talks to DATEV."""
