"""What can go wrong between us and the module in the PBX, and how it is said to a person."""

from __future__ import annotations

from enum import StrEnum

from datev_connector.domain.legs import Mender
from datev_connector.domain.wording import joined, worded
from datev_connector.starface.in_short import in_short
from datev_connector.starface.pacing import Pace
from datev_connector.starface.trouble import Complaint, Trouble, TroubleKind


class ModuleTroubleKind(StrEnum):
    """Everything that keeps the module from answering as it should."""

    MISSING = "missing"
    """The PBX has no active configuration of this name."""
    NOT_ALLOWED = "not-allowed"
    """The PBX does not let us call it: password or right."""
    UNREACHABLE = "unreachable"
    """No answer of the PBX came back."""
    BAD_ANSWER = "bad-answer"
    """Something answered under the name, but not as the module does."""


class ModuleTrouble(Exception):
    """Raised instead of an answer of the module."""

    def __init__(
        self,
        kind: ModuleTroubleKind,
        complaint: Complaint,
        *,
        came_back: str,
        behind: Trouble | None = None,
        vague: bool = False,
    ) -> None:
        """`came_back`: in a few words; `behind`: what the way to the PBX showed, if it was that.

        `vague`: the PBX did not say why, and may have meant the password.
        """
        super().__init__(complaint.reason)
        self.kind = kind
        self.complaint = complaint
        self.came_back = came_back
        self.vague = vague
        self._behind = behind

    @property
    def at_the_door(self) -> Trouble:
        """What the sign-in would probably have shown in place of the module."""
        return self._behind or Trouble(kind=TroubleKind.SIGN_IN_REFUSED)

    def pace(self, *, accepted_before: bool) -> Pace:
        """How careful the next try must be: our password was on its way.

        `accepted_before`: the PBX has taken it, as far as is known.
        """
        if self._behind is not None:
            return self._behind.pace(signing_in=True, accepted_before=accepted_before)
        doubtful = self.vague and not accepted_before
        refused = doubtful or self.kind is ModuleTroubleKind.NOT_ALLOWED
        return Pace.REFUSED if refused else Pace.QUICK


LOOK_AT_TAB = worded('See to it that the tab "Lizenz" of the module holds nothing but the licence.')
REBUILD = worded(
    "Build the archive of the module anew (datev-connector module build) and upload it to the PBX."
)


def missing(name: str, came_back: str, *, vague: bool = False) -> ModuleTrouble:
    """No active configuration has this name; `vague`: the PBX did not say so in plain words."""
    complaint = Complaint(
        reason=worded(
            'The PBX has no active configuration of the module that is called "{name}".', name=name
        ),
        mender=Mender.PBX_ADMIN,
        remedy=worded(
            "In the administration of the PBX (Module), upload the module, add a configuration "
            'that is called exactly "{name}", and activate it.',
            name=name,
        ),
    )
    return ModuleTrouble(ModuleTroubleKind.MISSING, complaint, came_back=came_back, vague=vague)


def not_allowed(came_back: str, behind: Trouble | None = None) -> ModuleTrouble:
    """The PBX lets us in for other things maybe, but not for this call."""
    complaint = Complaint(
        reason=worded("STARFACE does not let this user call the module ({why}).", why=came_back),
        mender=Mender.PBX_ADMIN,
        remedy=worded(
            "Check login and password, then the rights of the user at the PBX. "
            "Several wrong tries block the account."
        ),
    )
    return ModuleTrouble(
        ModuleTroubleKind.NOT_ALLOWED, complaint, came_back=came_back, behind=behind
    )


def bad_answer(entry: str, came_back: str, *, unread: bool = False) -> ModuleTrouble:
    """`entry`: the entry point that was called; `unread`: it may have been far too much."""
    complaint = Complaint(
        reason=worded(
            "The module answers {entry} with something unexpected ({why}).",
            entry=entry,
            why=came_back,
        ),
        mender=Mender.PBX_ADMIN,
        remedy=joined(LOOK_AT_TAB, REBUILD) if unread else REBUILD,
    )
    return ModuleTrouble(ModuleTroubleKind.BAD_ANSWER, complaint, came_back=came_back)


def of_link(trouble: Trouble) -> ModuleTrouble:
    """What went wrong on the way, in the words that it has there."""
    refused = trouble.kind in SIGN_IN
    told = trouble.complaint
    complaint = Complaint(
        reason=worded("The module cannot be asked: {why}", why=told.reason),
        mender=told.mender,
        remedy=told.remedy,
    )
    return ModuleTrouble(
        ModuleTroubleKind.NOT_ALLOWED if refused else ModuleTroubleKind.UNREACHABLE,
        complaint,
        came_back=in_short(trouble),
        behind=trouble,
    )


SIGN_IN = frozenset(
    {
        *(TroubleKind.SIGN_IN_REFUSED, TroubleKind.SETTINGS_INCOMPLETE),
        *(TroubleKind.OAUTH_MISSING, TroubleKind.OAUTH_CLIENT_REFUSED),
        *(TroubleKind.OAUTH_RIGHT_MISSING, TroubleKind.OAUTH_SECRET_MISSING),
    }
)
"""Troubles of the sign-in itself, before the module was called."""
