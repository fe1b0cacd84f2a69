"""Signs programs and the MSI (Authenticode), if a certificate is given.

INSTALLER_CERTIFICATE names a PKCS#12 file, INSTALLER_CERTIFICATE_PASSWORD its password, and
INSTALLER_TIMESTAMP the address of a time-stamping authority (without one, signatures end with the
certificate). All else stays the same byte for byte.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from installer.places import PRODUCT


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """Whose signature, and how."""

    certificate: Path
    password: str = field(default="", repr=False)
    timestamp: str = ""

    @classmethod
    def wanted(cls, environment: Mapping[str, str] = os.environ) -> Signing | None:
        """What the environment asks for; None: nothing is signed. Raises FileNotFoundError."""
        name = environment.get("INSTALLER_CERTIFICATE", "")
        if not name:
            return None
        certificate = Path(name)
        if not certificate.is_file():
            raise FileNotFoundError(f"there is no certificate {certificate}")
        return cls(
            certificate=certificate,
            password=environment.get("INSTALLER_CERTIFICATE_PASSWORD", ""),
            timestamp=environment.get("INSTALLER_TIMESTAMP", ""),
        )

    def sign(self, file: Path) -> None:
        """Sign a program or an MSI in place. Raises subprocess.CalledProcessError."""
        signed = file.with_name(f"{file.name}.signed")
        signed.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory() as aside:
            secret = Path(aside, "password")
            secret.touch(mode=0o600)
            secret.write_text(self.password, "utf-8")
            words = ["osslsigncode", "sign", "-pkcs12", str(self.certificate)]
            words += ["-readpass", str(secret), "-h", "sha256", "-n", PRODUCT]
            words += ["-ts", self.timestamp] if self.timestamp else []
            # The names of all streams are signed with it: nothing can be slipped into the MSI.
            words += ["-add-msi-dse"] if file.suffix == ".msi" else []
            words += ["-in", str(file), "-out", str(signed)]
            subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        signed.replace(file)
