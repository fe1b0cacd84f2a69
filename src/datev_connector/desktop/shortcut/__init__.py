"""A shortcut that opens the dialler from any program."""
