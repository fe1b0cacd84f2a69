"""The commands of the command line, one module each; `datev_connector.app.cli` puts them together.

A `Session` (session.py) carries what the common options say and opens settings and store for a
command. Everything that takes time to import is imported inside the functions that need it: a
command starts in the time that its own work takes.
"""
