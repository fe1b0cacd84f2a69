"""What the version of the module in the PBX comes to, in the words of leg and diagnosis."""

from __future__ import annotations

from datev_connector import __version__
from datev_connector.app.versions.judging import Grade, Known, judged
from datev_connector.app.versions.table import Part, Table, known_table
from datev_connector.app.versions.version import Version
from datev_connector.domain.legs import LegState
from datev_connector.domain.wording import joined, worded
from datev_connector.starface.module.answers import ModuleInfo
from datev_connector.starface.trouble import Complaint


def verdict_on(info: ModuleInfo, table: Table | None = None) -> tuple[LegState, Complaint]:
    """How far a module that answers can be relied on; `table`: not that of this program."""
    versions = {Part.MODULE: Version((info.version,))}
    own = Version.read(__version__)
    if own is not None:
        versions[Part.OWN] = own
    judgement = judged(Part.MODULE, Known(versions=versions), table or known_table())
    answers = worded("The module answers, version {version}.", version=info.version)
    if judgement is None or judgement.grade is Grade.FINE:
        return LegState.UP, Complaint(reason=answers)
    if judgement.grade is Grade.HINT:
        return LegState.UP, Complaint(reason=joined(answers, judgement.reason))
    return LegState.DEGRADED, Complaint(
        reason=judgement.reason, mender=judgement.mender, remedy=judgement.remedy
    )
