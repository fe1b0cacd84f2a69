"""The options, a file for each section: its rows in the order people read them."""
