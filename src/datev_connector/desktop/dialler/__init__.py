"""The dialler: a name or a number, what will be dialled, and who has it."""
