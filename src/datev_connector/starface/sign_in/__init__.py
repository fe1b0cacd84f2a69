"""Who we are: the forms of signing in, and the tokens."""
