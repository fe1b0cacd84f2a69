"""Settings that administrators fix by Group Policy: how they are read, and their templates."""
