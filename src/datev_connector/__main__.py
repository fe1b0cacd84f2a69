"""`python -m datev_connector` is `datev-connector`."""

from __future__ import annotations

from datev_connector.app.cli import main

if __name__ == "__main__":
    main()
