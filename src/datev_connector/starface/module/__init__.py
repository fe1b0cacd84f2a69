"""The module in the PBX: what is built for it, and how it is asked."""
