"""The address book of the PBX, read over REST."""
