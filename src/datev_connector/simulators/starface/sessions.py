"""Who is signed in from where, what they want to hear, and since when they were last heard of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

from datev_connector.simulators.starface.xmpp.jid import Jid

HIGHEST_PORT = 65535
CALLBACK = "de.vertico.starface.callback."
CALL_EVENTS = {"v22": "ucp.v22.events.call", "v30": "ucp.v30.events.call"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """Where a client wants its events."""

    host: str
    port: int
    path: str
    encrypted: bool

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Callback | None:
        """What the query of a request says (STARFACE UCI); None without host or usable port."""
        host, port = query.get(CALLBACK + "host", ""), query.get(CALLBACK + "port", "")
        if not host or not port.isdecimal() or not 0 < int(port) <= HIGHEST_PORT:
            return None
        path = query.get(CALLBACK + "path", "") or "/"
        return cls(
            host=host,
            port=int(port),
            path=path if path.startswith("/") else f"/{path}",
            encrypted=query.get(CALLBACK + "type", "http").lower() == "https",
        )

    def target(self, login: str, token: str) -> str:
        """Path and query of a post: the PBX adds user and token (STARFACE UCI, events).

        An empty token is left out.
        """
        joint = "&" if "?" in self.path else "?"
        added = f"de.vertico.starface.user={quote(login, safe='')}"
        if token:
            added += f"&de.vertico.starface.auth={quote(token, safe='')}"
        return f"{self.path}{joint}{added}"


Target = Callback | Jid
"""Where events go: posted to a callback, or as stanzas to a full JID."""


@dataclass(slots=True, kw_only=True)
class Session:
    """One client of one user. Its key is the user and where the events go."""

    login: str
    target: Target | None
    token: str
    last_seen: datetime
    lasting: bool = False
    """Whether silence does not end it."""

    subscriptions: set[str] = field(default_factory=set)
    pushed: int = 0

    @property
    def callback(self) -> Callback | None:
        """Where events are posted; None if they go another way, or nowhere."""
        return self.target if isinstance(self.target, Callback) else None


class Sessions:
    """All sessions. One not heard of for `timeout_s` is over."""

    def __init__(self, timeout_s: float, now: Callable[[], datetime]) -> None:
        self._timeout = timedelta(seconds=timeout_s)
        self._now = now
        self._sessions: dict[tuple[str, Target | None], Session] = {}

    def __iter__(self) -> Iterator[Session]:
        """The living ones."""
        self._expire()
        return iter(list(self._sessions.values()))

    def __len__(self) -> int:
        self._expire()
        return len(self._sessions)

    def open(
        self, login: str, target: Target | None, token: str, *, lasting: bool = False
    ) -> Session:
        """A fresh session; one of the same key is replaced, with its subscriptions."""
        session = Session(
            login=login, target=target, token=token, last_seen=self._now(), lasting=lasting
        )
        self._sessions[login, target] = session
        return session

    def find(self, login: str, target: Target | None) -> Session | None:
        """The living session of that key. Does not count as a sign of life: see `touch`."""
        self._expire()
        return self._sessions.get((login, target))

    def touch(self, session: Session) -> None:
        """The client was heard of."""
        session.last_seen = self._now()

    def close(self, login: str, target: Target | None) -> None:
        """End a session; none of that key is no error."""
        self._sessions.pop((login, target), None)

    def clear(self) -> None:
        """All sessions vanish; nobody is told."""
        self._sessions.clear()

    def listening(self, login: str, version: str) -> list[Session]:
        """Living sessions of a user that are subscribed to call events of `version`."""
        service = CALL_EVENTS[version]
        return [s for s in self if s.login == login and service in s.subscriptions]

    def _expire(self) -> None:
        end = self._now() - self._timeout
        silent = [k for k, s in self._sessions.items() if s.last_seen <= end and not s.lasting]
        for key in silent:
            del self._sessions[key]
