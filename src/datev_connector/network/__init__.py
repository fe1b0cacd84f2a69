"""What both network adapters need to trust a server."""
