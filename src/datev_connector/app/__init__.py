"""The composition root: command line, settings, logging and the wiring of all rooms."""
