"""The diagnosis window: how every leg is doing, an examination, and the support bundle."""
