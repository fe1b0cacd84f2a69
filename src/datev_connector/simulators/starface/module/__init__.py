"""Modules of a PBX: reads any archive, shows its configurations, and runs their entry points."""

from __future__ import annotations

from datev_connector.simulators.starface.module.archive import BadModule
from datev_connector.simulators.starface.module.config import LogLevel, ModuleConfig
from datev_connector.simulators.starface.module.descriptor import Module
from datev_connector.simulators.starface.module.modules import (
    Configuration,
    LogEntry,
    Modules,
)
from datev_connector.simulators.starface.module.reading import read_module
from datev_connector.simulators.starface.module.showing import configuration_lines, log_lines

__all__ = [
    "BadModule",
    "Configuration",
    "LogEntry",
    "LogLevel",
    "Module",
    "ModuleConfig",
    "Modules",
    "configuration_lines",
    "log_lines",
    "read_module",
]
