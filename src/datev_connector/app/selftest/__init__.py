"""Whether this installation works: each part proves itself, apart from what other systems do.

Nothing here touches a profile, a PBX or DATEV: what has to be written goes to a folder that is gone
afterwards. `diagnose` is for the connections; this is for the program.
"""

from datev_connector.app.selftest.command import selftest_command

__all__ = ["selftest_command"]
