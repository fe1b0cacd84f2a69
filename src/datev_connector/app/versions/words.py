"""What each fact of the table means, and who mends it how."""

from __future__ import annotations

from dataclasses import dataclass

from datev_connector.domain.legs import Mender
from datev_connector.domain.wording import Worded, worded
from datev_connector.starface.module.trouble import REBUILD


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Sentences.

    `{version}` is the version that was found, `{newest}` the newest known one of this
    part, `{own}` that of this program.
    """

    reason: Worded
    mender: Mender = Mender.NOBODY
    remedy: Worded | None = None


NEWER = Told(
    reason=worded(
        "This version is newer than those that this program knows. If everything else here is in "
        "order, nothing is to be done; otherwise ask whether there is a newer version of this "
        "program."
    )
)
WORDS: dict[str, Told] = {
    "pbx-speaks-an-older-uci": Told(
        reason=worded(
            "STARFACE {version} is too old for this program: it reports its calls in another way."
        ),
        mender=Mender.PBX_ADMIN,
        remedy=worded("Update the phone system to STARFACE 6.4.2.19 or newer."),
    ),
    "pbx-without-address-book": Told(
        reason=worded("It is too old to have an address book that can be read.")
    ),
    "pbx-takes-md5-only": Told(
        reason=worded('It may take only the oldest form of sign-in (starface.sign_in = "md5").')
    ),
    "pbx-wants-oauth": Told(
        reason=worded(
            "From version 10 on the PBX's own apps do without UCI over XMPP, so it may be missing; "
            "a later version will demand OAuth."
        )
    ),
    "module-of-an-older-program": Told(
        reason=worded(
            "The module in the PBX is older than this program: it has version {version}, and "
            "{newest} goes with it."
        ),
        mender=Mender.PBX_ADMIN,
        remedy=REBUILD,
    ),
    "master-data-of-another-generation": Told(
        reason=worded(
            "DATEVconnect offers its master data in version {version}; this program ({own}) asks "
            "for version 1."
        ),
        mender=Mender.DATEV_ADMIN,
        remedy=worded(
            "Install a newer version of this program if there is one; otherwise let DATEVconnect "
            "offer its master data in version 1 as well."
        ),
    ),
}
"""By the id of the fact."""
