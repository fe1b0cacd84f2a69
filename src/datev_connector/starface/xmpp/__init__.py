"""UCI over XMPP, events on the same line."""
