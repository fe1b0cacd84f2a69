"""`python -m datev_connector.simulators.datev_com`: one life of DATEV, steered by JSON lines."""

from __future__ import annotations

import sys

from datev_connector.simulators.datev_com.console import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
