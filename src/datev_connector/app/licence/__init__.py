"""Licences as text, as something signed, and as what a running connector keeps of them."""
