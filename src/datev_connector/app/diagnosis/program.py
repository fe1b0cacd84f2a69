"""Probes of what the program needs before it can reach anything: settings, password, a free way."""

from __future__ import annotations

from datev_connector.app.diagnosis.aside import aside
from datev_connector.app.diagnosis.beside import age, is_stale
from datev_connector.app.diagnosis.finding import PROGRAM, Observation, Step, flawed, well
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.probing import Probe
from datev_connector.app.running.instance import AlreadyRunning, only_instance
from datev_connector.app.running.standing import last_standing
from datev_connector.app.secrets import Secret, SecretKind, SecretSource, Vault, read_secret
from datev_connector.app.settings import missing_for_run
from datev_connector.domain.legs import LegState, Mender
from datev_connector.domain.wording import joined, sentence, worded
from datev_connector.starface.trouble import Complaint

READ_SETTINGS = worded("read the settings")
LOOK_FOR_PASSWORD = worded("look for the STARFACE password in environment and keyring")
LOOK_FOR_CONNECTOR = worded("look whether a connector runs on this profile")

KEPT = {
    SecretSource.ENVIRONMENT: worded("It is kept in the environment."),
    SecretSource.KEYRING: worded("The password is kept in the keyring."),
}


class ProgramProbes:
    """Asks what costs nothing and explains most."""

    def __init__(self, ground: Ground, notebook: Notebook) -> None:
        self._ground = ground
        self._notebook = notebook

    def probes(self) -> tuple[Probe, ...]:
        """In the order of asking."""
        limit_s = self._ground.limit_s
        return (
            Probe(leg=PROGRAM, step=Step.SETTINGS, ask=self.settings, limit_s=limit_s),
            Probe(leg=PROGRAM, step=Step.PASSWORD, ask=self.password, limit_s=limit_s),
            Probe(leg=PROGRAM, step=Step.CONNECTOR, ask=self.connector, limit_s=limit_s),
        )

    async def settings(self) -> Observation:
        """Whether the settings are enough to run, and what in them was put right."""
        ground = self._ground
        source = str(ground.profile.settings_file)
        missing = missing_for_run(ground.settings, source=source)
        if missing:
            return Observation(
                state=LegState.DOWN,
                tried=READ_SETTINGS,
                found=joined(*(joined(one.key, one.message) for one in missing), between="; "),
                meaning=worded("The connector cannot start with these settings."),
                mender=Mender.USER,
                remedy=worded("Set what is missing in {source}.", source=source),
            )
        if ground.loaded.faults:
            return Observation(
                state=LegState.DEGRADED,
                tried=READ_SETTINGS,
                found=joined(*map(str, ground.loaded.faults), between="; "),
                meaning=worded(
                    "What a policy was to fix has the value that it has without that policy, and "
                    "cannot be changed by the user."
                ),
                mender=Mender.WINDOWS_ADMIN,
                remedy=worded(
                    "Correct the group policy; a running program follows within a minute."
                ),
            )
        if ground.loaded.hints:
            return Observation(
                state=LegState.DEGRADED,
                tried=READ_SETTINGS,
                found=joined(*map(str, ground.loaded.hints), between="; "),
                meaning=worded(
                    "The settings can be used, but not all of them as they are written."
                ),
                mender=Mender.USER,
                remedy=worded("Correct these lines."),
            )
        return well(READ_SETTINGS, worded("Everything that is needed is set."))

    async def password(self) -> Observation | None:
        """Whether there is a password for the PBX; it is not shown, nor whose it is."""
        section = self._ground.settings.starface
        if not (section.host and section.login):
            return None
        vault = Vault(timeout_s=0.8 * self._ground.limit_s)

        def read(kind: SecretKind) -> Secret:
            return read_secret(
                kind,
                host=section.host,
                login=section.login,
                vault=vault,
                environment=self._ground.environment,
            )

        secret = await aside(lambda: read(SecretKind.STARFACE_PASSWORD))
        client_secret = await aside(lambda: read(SecretKind.CLIENT_SECRET))
        held = self._ground.held
        self._notebook.password = held.starface or secret.value
        self._notebook.client_secret = held.client_secret or client_secret.value
        if held.starface not in {"", secret.value}:
            return _held_only(secret)
        if secret.found:
            return well(LOOK_FOR_PASSWORD, KEPT[secret.source])
        return Observation(
            state=LegState.DOWN,
            tried=LOOK_FOR_PASSWORD,
            found=_not_kept(secret),
            meaning=worded("The connector cannot sign in to STARFACE."),
            mender=Mender.USER,
            remedy=HOW_TO_KEEP,
        )

    async def connector(self) -> Observation:
        """Whether a connector runs that must not be disturbed."""
        self._notebook.connector = await aside(self._who_runs)
        found = self._notebook.connector
        if not found:
            return well(LOOK_FOR_CONNECTOR, worded("No connector runs on this profile."))
        standing = await aside(lambda: last_standing(self._ground.profile))
        self._notebook.standing = standing
        now = self._ground.now()
        if standing is not None and is_stale(standing, now):
            return flawed(LOOK_FOR_CONNECTOR, found, _hanging(age(standing, now)))
        return well(LOOK_FOR_CONNECTOR, found, worded("What it has open is left to it."))

    def _who_runs(self) -> str:
        ground = self._ground
        if ground.within_connector:
            # Never try the lock: closing its file would release our own (POSIX).
            return worded("This connector is running.")
        if not ground.profile.lock_file.exists():
            return ""
        try:
            with only_instance(ground.profile.lock_file, ground.now()):
                return ""
        except AlreadyRunning as other:
            return worded("A connector is running ({who}).", who=other.who)
        except OSError:
            return ""  # a profile that cannot be written is told of by the store


def _held_only(secret: Secret) -> Observation:
    """The connector has a password that is kept nowhere else."""
    other = worded("The keyring holds another one than the connector signs in with.")
    return Observation(
        state=LegState.DEGRADED,
        tried=LOOK_FOR_PASSWORD,
        found=other if secret.found else _not_kept(secret),
        meaning=worded(
            "The connector signs in with the password that was entered while it runs, and knows "
            "it only until the program ends."
        ),
        mender=Mender.USER,
        remedy=worded(
            "As soon as the keyring can be used, enter the password once more in the settings "
            "under Connection; until then it has to be entered after every start."
        ),
    )


def _not_kept(secret: Secret) -> str:
    if secret.source is SecretSource.UNAVAILABLE:
        return sentence(secret.reason)
    return worded("It is not there.")


def _hanging(since: str) -> Complaint:
    return Complaint(
        reason=worded(
            "It wrote down last how it is doing {since}: it hangs, or cannot write.", since=since
        ),
        mender=Mender.USER,
        remedy=worded("Restart the connector; if it happens again, send its log to the vendor."),
    )


HOW_TO_KEEP = worded(
    "Enter it in the settings under Connection. Without windows: keep it in the keyring of this "
    "system as {entry} LOGIN@HOST (the values of starface.login and starface.host) of the service "
    "DatevConnector, or set {variable}.",
    entry=SecretKind.STARFACE_PASSWORD.value,
    variable=SecretKind.STARFACE_PASSWORD.variable,
)
