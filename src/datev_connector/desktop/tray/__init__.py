"""The icon beside the clock: how all legs are, what waits, and the way to every window."""
