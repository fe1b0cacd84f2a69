"""How a certificate can be checked, of whichever server."""

from __future__ import annotations

CHECKS = {
    "system": "Trust what the operating system trusts, company authorities included.",
    "pin": "Trust the certificate seen first, and refuse another one until a person agrees.",
    "off": "Trust any certificate. Anyone in between can listen; for tests only.",
}
