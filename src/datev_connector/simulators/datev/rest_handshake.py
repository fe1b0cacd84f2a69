"""One Windows sign-on (Negotiate or NTLM) as the server side plays it, by pyspnego in pure Python.

pyspnego takes the accounts of an acceptor from a file that an environment variable names. The
file lives, and the variable is set, only while a step runs; no step waits for anything.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_ACCOUNTS = "NTLM_USER_FILE"


class SignOnRefused(Exception):
    """The token does not sign in."""


class OtherChannel(SignOnRefused):
    """The token means another TLS channel, or none; of the password that says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The only user; the name may be given with the domain or without. None may hold a colon."""

    user: str
    password: str = field(repr=False)
    domain: str = "KANZLEI"

    def is_named(self, user: str, domain: str = "") -> bool:
        """Whether these name the account; upper and lower case are the same."""
        fits = domain.casefold() in {"", self.domain.casefold()}
        return fits and user.casefold() == self.user.casefold()


class Handshake:
    """The server side of one sign-on; `scheme` is `Negotiate` or `NTLM`."""

    def __init__(self, scheme: str) -> None:
        self.scheme = scheme
        self._context = _acceptor(scheme)

    @property
    def complete(self) -> bool:
        """Whether the user has signed in."""
        return bool(self._context.complete)

    def step(self, token: bytes, account: Account, end_point: bytes | None) -> bytes:
        """Take a token and give the answer to it, empty if there is none. Raises SignOnRefused.

        end_point: the channel (`tls-server-end-point`) that has to be meant; None: any.
        """
        from spnego.channel_bindings import GssChannelBindings
        from spnego.exceptions import BadBindingsError, SpnegoError

        bindings = None if end_point is None else GssChannelBindings(application_data=end_point)
        try:
            with _accounts(account):
                return self._context.step(token, channel_bindings=bindings) or b""
        except BadBindingsError as error:
            raise OtherChannel("the token means another channel") from error
        except SpnegoError as error:
            raise SignOnRefused(type(error).__name__) from error
        except (ValueError, LookupError, struct.error, StopIteration) as error:
            raise SignOnRefused("the token is none") from error


def _acceptor(scheme: str) -> Any:
    """An acceptor that uses nothing of this machine's own accounts."""
    import spnego  # half a second that only those pay who sign in
    from spnego.exceptions import NegotiateOptions

    ntlm = scheme.lower() == "ntlm"
    options = NegotiateOptions.use_ntlm if ntlm else NegotiateOptions.use_negotiate
    # A file of accounts has to be there from the beginning, and is read only at the end.
    with _accounts(Account(user="nobody", password="")):
        return spnego.server(protocol=scheme.lower(), options=options)


@contextmanager
def _accounts(account: Account) -> Iterator[None]:
    lines = [f"{domain}:{account.user}:{account.password}\n" for domain in (account.domain, "")]
    before = os.environ.get(_ACCOUNTS)
    with TemporaryDirectory() as folder:
        file = Path(folder, "accounts")
        file.write_text("".join(lines), "utf-8")
        os.environ[_ACCOUNTS] = str(file)
        try:
            yield
        finally:
            if before is None:
                del os.environ[_ACCOUNTS]
            else:
                os.environ[_ACCOUNTS] = before
