"""Keeps calls, notes, contacts and the outbox in one encrypted file."""
