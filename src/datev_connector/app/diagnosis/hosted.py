"""What a way that is missing means where the session runs elsewhere than at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from datev_connector.app.diagnosis.finding import Finding, Observation
from datev_connector.domain.legs import LegState, Mender
from datev_connector.domain.wording import joined, sentence, worded
from datev_connector.system.hosting import Hosting, hosting_of

REMOTE = worded(
    "This is a remote session, on a terminal server perhaps: that machine must reach the PBX, not "
    "the computer in front of you."
)
DATA_CENTRE = worded(
    "By its names this computer may belong to a data centre that runs DATEV for offices (DATEVasp, "
    "PARTNERasp or the like). From there a PBX in the office or in the cloud is usually out of "
    "reach unless a way to it was made."
)

INSTALLED_THERE = worded(
    "In a data centre whoever runs it installs programs: the DATEV adviser of the office arranges "
    "that."
)


def explained(
    seen: Observation, environment: Mapping[str, str], ports: tuple[int, ...]
) -> Observation:
    """Add what may be behind it where there is no way to the PBX at `ports`."""
    hosting = hosting_of(environment)
    if seen.state is not LegState.DOWN or hosting is Hosting.DESK:
        return seen
    if hosting is Hosting.REMOTE:
        return replace(seen, meaning=joined(sentence(seen.meaning), REMOTE))
    remedy = worded(
        "Ask whoever runs the data centre whether it lets this session through to the PBX (TCP "
        "{ports}): by the tunnel to the office, or by a gateway for a PBX in the cloud. Otherwise "
        "the connector can only run where both the PBX and DATEV can be reached.",
        ports=", ".join(map(str, ports)),
    )
    return replace(
        seen,
        meaning=joined(sentence(seen.meaning), DATA_CENTRE),
        mender=Mender.NETWORK_ADMIN,
        remedy=remedy,
    )


def addressed(finding: Finding, environment: Mapping[str, str]) -> Finding:
    """Say who the administrator of this computer is where that is nobody in the office."""
    theirs = finding.mender is Mender.WINDOWS_ADMIN and finding.remedy
    if not theirs or hosting_of(environment) is not Hosting.DATA_CENTRE:
        return finding
    return replace(finding, remedy=joined(sentence(finding.remedy), INSTALLED_THERE))
