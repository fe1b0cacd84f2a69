"""What lives in the apartment: the one thread that may speak COM. Windows only."""
