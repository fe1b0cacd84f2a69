"""What can go wrong with the SDD, in plain words; `docs/sdd.md` says more of each."""

from __future__ import annotations

from dataclasses import replace

from datev_connector.datev.master_data.sdd.lines import Failure
from datev_connector.datev.master_data.trouble import MasterDataTrouble, Pace, Trouble
from datev_connector.domain.legs import Mender
from datev_connector.domain.wording import worded

SERVICE = worded("DATEV's master data service")

READER_MISSING = Trouble(
    code="sdd-reader-missing",
    reason=worded("The program that reads {service} is not there.", service=SERVICE),
    mender=Mender.WINDOWS_ADMIN,
    remedy=worded("Install the connector again, or name the program in datev.sdd_reader."),
    pace=Pace.LASTING,
)
NOTHING_RUNS_IT = Trouble(
    code="sdd-not-here",
    reason=worded("{service} can be read on Windows only.", service=SERVICE),
    mender=Mender.USER,
    remedy=worded('Set datev.contacts = "datevconnect", or use contacts import FILE.'),
    pace=Pace.LASTING,
)
CANNOT_START = Trouble(
    code="sdd-cannot-start",
    reason=worded("Windows does not start the program that reads {service}.", service=SERVICE),
    mender=Mender.WINDOWS_ADMIN,
    remedy=worded("Let virus scanner and software restriction allow sdd-reader.exe."),
    pace=Pace.LASTING,
)
ENDED = Trouble(
    code="sdd-ended",
    reason=worded(
        "The program that reads {service} ended in the middle of the list.", service=SERVICE
    ),
    mender=Mender.WINDOWS_ADMIN,
    remedy=worded("Check that no virus scanner ends sdd-reader.exe, and the event log of Windows."),
)
TOO_SLOW = Trouble(
    code="sdd-too-slow",
    reason=worded("{service} has not handed out the whole list in time.", service=SERVICE),
    mender=Mender.DATEV_ADMIN,
    remedy=worded("Check how busy the DATEV server is, or raise datev.sdd_limit_s."),
)
SILENT = Trouble(
    code="sdd-silent",
    reason=worded("{service} has stopped answering in the middle of the list.", service=SERVICE),
    mender=Mender.DATEV_ADMIN,
    remedy=worded("Check the services of DATEV on this machine and on the server."),
)
GARBLED = Trouble(
    code="sdd-garbled",
    reason=worded(
        "The program that reads {service} sends something that is no list.", service=SERVICE
    ),
    mender=Mender.WINDOWS_ADMIN,
    remedy=worded("Install the connector again; leave datev.sdd_reader empty."),
    pace=Pace.LASTING,
)
NO_CONTACTS = Trouble(
    code="sdd-no-contacts",
    reason=worded("{service} has an empty list for this user.", service=SERVICE),
    mender=Mender.DATEV_ADMIN,
    remedy=worded("Give the user the right to see the addressees and institutions in DATEV."),
    pace=Pace.LASTING,
)
UNUSABLE = Trouble(
    code="sdd-unusable",
    reason=worded("{service} gives entries without ids and names.", service=SERVICE),
    mender=Mender.VENDOR,
    remedy=worded("Tell the vendor which version of DATEV is in use."),
    pace=Pace.LASTING,
)

BY_CODE = {
    "no-data": Trouble(
        code="sdd-no-data",
        reason=worded(
            "{service} gives no data: it is not ready, or this user has no rights.", service=SERVICE
        ),
        mender=Mender.DATEV_ADMIN,
        remedy=worded("Start DATEV once as this user, and check the user's rights in DATEV."),
    ),
    "no-rights": Trouble(
        code="sdd-no-rights",
        reason=worded("This Windows user has no rights in DATEV."),
        mender=Mender.DATEV_ADMIN,
        remedy=worded("Link the Windows user with a DATEV user who may see the master data."),
        pace=Pace.LASTING,
    ),
    "server-exception": Trouble(
        code="sdd-server-exception",
        reason=worded(
            "DATEV's data server failed over our request (\"Im Datenserver ist ein Ausnahmefehler "
            'aufgetreten"). As a rule no DATEV user belongs to this Windows user.'
        ),
        mender=Mender.DATEV_ADMIN,
        remedy=worded(
            "Start DATEV Arbeitsplatz as this Windows user and follow its message: mostly the "
            "Windows user has to be linked with a DATEV user who may see the master data."
        ),
        pace=Pace.LASTING,
    ),
    "bad-xml": Trouble(
        code="sdd-bad-xml",
        reason=worded(
            "{service} has sent a list that is cut short or not readable.", service=SERVICE
        ),
        mender=Mender.DATEV_ADMIN,
        remedy=worded("Nothing if it happens once; otherwise check the services of DATEV."),
    ),
    "com": Trouble(
        code="sdd-com",
        reason=worded("{service} reports an error of Windows", service=SERVICE),
        mender=Mender.DATEV_ADMIN,
        remedy=worded("Nothing if it happens once; otherwise check the services of DATEV."),
    ),
    "service": Trouble(
        code="sdd-service",
        reason=worded("{service} cannot be reached, or has broken off", service=SERVICE),
        mender=Mender.DATEV_ADMIN,
        remedy=worded("Check the services of DATEV on this machine and its way to the server."),
    ),
    "assembly-missing": Trouble(
        code="sdd-assembly-missing",
        reason=worded("DATEV's program files for master data were not found on this machine."),
        mender=Mender.DATEV_ADMIN,
        remedy=worded("Install DATEV Basis, or name its folder in datev.sdd_assemblies."),
        pace=Pace.LASTING,
    ),
    "type-load": Trouble(
        code="sdd-type-load",
        reason=worded("DATEV's program files for master data cannot be used"),
        mender=Mender.WINDOWS_ADMIN,
        remedy=worded(
            "Install .NET Framework 4.8 and repair the installation of DATEV; "
            "if both are in order, the vendor has to adapt the connector to this version of DATEV."
        ),
        pace=Pace.LASTING,
    ),
    "other": Trouble(
        code="sdd-other",
        reason=worded("{service} reports an error that we do not know", service=SERVICE),
        mender=Mender.DATEV_ADMIN,
        remedy=worded("Check the services of DATEV; otherwise tell the vendor of this message."),
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
        detail = ", ".join(filter(None, (failure.type, failure.hresult))) or worded(
            "no more is known"
        )
        reason = worded("{reason} ({detail}).", reason=trouble.reason, detail=detail)
        trouble = replace(trouble, reason=reason)
    return MasterDataTrouble(trouble)
