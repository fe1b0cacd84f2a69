"""What the files in a support bundle are called."""

from __future__ import annotations

README = "README.txt"
VERSIONS = "versions.json"
SETTINGS = "settings.toml"
LEGS = "legs.json"
FINDINGS = "findings.json"
FIGURES = "figures.json"
TAKEN_OVER = "imported-settings.json"
RECORDING = "recorded-inputs.jsonl"
LOGS = "logs"
"""The folder of the logs."""
