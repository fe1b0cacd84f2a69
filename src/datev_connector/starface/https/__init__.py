"""UCI over HTTPS, with events by callback."""
