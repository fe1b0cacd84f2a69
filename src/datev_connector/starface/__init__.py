"""Talks to a STARFACE PBX."""
