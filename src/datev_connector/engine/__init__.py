"""Runs the call desk: inputs in, effects out."""
