"""The first set-up: from the language to a test call that proves that everything works."""
