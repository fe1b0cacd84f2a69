"""What can go wrong with the SDD, in plain words; `docs/sdd.md` says more of each."""

from __future__ import annotations

from dataclasses import replace

from datev_connector.datev.master_data.sdd.lines import Failure
from datev_connector.datev.master_data.trouble import MasterDataTrouble, Pace, Trouble
from datev_connector.domain.legs import Mender

SERVICE = "DATEV's master data service"

READER_MISSING = Trouble(
    code="sdd-reader-missing",
    reason=f"The program that reads {SERVICE} is not there.",
    mender=Mender.WINDOWS_ADMIN,
    remedy="Install the connector again, or name the program in datev.sdd_reader.",
    pace=Pace.LASTING,
)
NOTHING_RUNS_IT = Trouble(
    code="sdd-not-here",
    reason=f"{SERVICE} can be read on Windows only.",
    mender=Mender.USER,
    remedy='Set datev.contacts = "datevconnect", or use contacts import FILE.',
    pace=Pace.LASTING,
)
CANNOT_START = Trouble(
    code="sdd-cannot-start",
    reason=f"Windows does not start the program that reads {SERVICE}.",
    mender=Mender.WINDOWS_ADMIN,
    remedy="Let virus scanner and software restriction allow sdd-reader.exe.",
    pace=Pace.LASTING,
)
ENDED = Trouble(
    code="sdd-ended",
    reason=f"The program that reads {SERVICE} ended in the middle of the list.",
    mender=Mender.WINDOWS_ADMIN,
    remedy="Check that no virus scanner ends sdd-reader.exe, and the event log of Windows.",
)
TOO_SLOW = Trouble(
    code="sdd-too-slow",
    reason=f"{SERVICE} has not handed out the whole list in time.",
    mender=Mender.DATEV_ADMIN,
    remedy="Check how busy the DATEV server is, or raise datev.sdd_limit_s.",
)
SILENT = Trouble(
    code="sdd-silent",
    reason=f"{SERVICE} has stopped answering in the middle of the list.",
    mender=Mender.DATEV_ADMIN,
    remedy="Check the services of DATEV on this machine and on the server.",
)
GARBLED = Trouble(
    code="sdd-garbled",
    reason=f"The program that reads {SERVICE} sends something that is no list.",
    mender=Mender.WINDOWS_ADMIN,
    remedy="Install the connector again; leave datev.sdd_reader empty.",
    pace=Pace.LASTING,
)
NO_CONTACTS = Trouble(
    code="sdd-no-contacts",
    reason=f"{SERVICE} has an empty list for this user.",
    mender=Mender.DATEV_ADMIN,
    remedy="Give the user the right to see the addressees and institutions in DATEV.",
    pace=Pace.LASTING,
)
UNUSABLE = Trouble(
    code="sdd-unusable",
    reason=f"{SERVICE} gives entries without ids and names.",
    mender=Mender.VENDOR,
    remedy="Tell the vendor which version of DATEV is in use.",
    pace=Pace.LASTING,
)

BY_CODE = {
    "no-data": Trouble(
        code="sdd-no-data",
        reason=f"{SERVICE} gives no data: it is not ready, or this user has no rights.",
        mender=Mender.DATEV_ADMIN,
        remedy="Start DATEV once as this user, and check the user's rights in DATEV.",
    ),
    "no-rights": Trouble(
        code="sdd-no-rights",
        reason="This Windows user has no rights in DATEV.",
        mender=Mender.DATEV_ADMIN,
        remedy="Link the Windows user with a DATEV user who may see the master data.",
        pace=Pace.LASTING,
    ),
    "bad-xml": Trouble(
        code="sdd-bad-xml",
        reason=f"{SERVICE} has sent a list that is cut short or not readable.",
        mender=Mender.DATEV_ADMIN,
        remedy="Nothing if it happens once; otherwise check the services of DATEV.",
    ),
    "com": Trouble(
        code="sdd-com",
        reason=f"{SERVICE} reports an error of Windows",
        mender=Mender.DATEV_ADMIN,
        remedy="Nothing if it happens once; otherwise check the services of DATEV.",
    ),
    "service": Trouble(
        code="sdd-service",
        reason=f"{SERVICE} cannot be reached, or has broken off",
        mender=Mender.DATEV_ADMIN,
        remedy="Check the services of DATEV on this machine and its way to the server.",
    ),
    "assembly-missing": Trouble(
        code="sdd-assembly-missing",
        reason="DATEV's program files for master data were not found on this machine.",
        mender=Mender.DATEV_ADMIN,
        remedy="Install DATEV Basis, or name its folder in datev.sdd_assemblies.",
        pace=Pace.LASTING,
    ),
    "type-load": Trouble(
        code="sdd-type-load",
        reason="DATEV's program files for master data cannot be used",
        mender=Mender.WINDOWS_ADMIN,
        remedy="Install .NET Framework 4.8 and repair the installation of DATEV; "
        "if both are in order, the vendor has to adapt the connector to this version of DATEV.",
        pace=Pace.LASTING,
    ),
    "other": Trouble(
        code="sdd-other",
        reason=f"{SERVICE} reports an error that we do not know",
        mender=Mender.DATEV_ADMIN,
        remedy="Check the services of DATEV; otherwise tell the vendor of this message.",
        pace=Pace.LASTING,
    ),
}
"""By the code in the line of the reader."""
DETAILED = frozenset({"com", "service", "type-load", "other"})
"""Only the sort of the error goes with them: its text may hold anything."""


def of_failure(failure: Failure) -> MasterDataTrouble:
    """Return what to raise for an error of the reader."""
    if failure.code == "usage":
        return MasterDataTrouble(GARBLED)
    code = failure.code if failure.code in BY_CODE else "other"
    trouble = BY_CODE[code]
    if code in DETAILED:
        detail = ", ".join(filter(None, (failure.type, failure.hresult))) or "no more is known"
        trouble = replace(trouble, reason=f"{trouble.reason} ({detail}).")
    return MasterDataTrouble(trouble)
