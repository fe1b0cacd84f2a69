"""What speaks the Windows sign-on: pyspnego, on Windows by the system itself.

A module of its own, since it takes half a second and 12 MiB to import: only who signs on in this
way imports it, and not on the event loop.
"""

from __future__ import annotations

import spnego
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError


class WindowsContext:
    """One sign-on, as a state that answers tokens."""

    def __init__(
        self, scheme: str, host: str, user: str, password: str, certificate: bytes | None
    ) -> None:
        """Without a user it is the session's. Raises OSError, ValueError."""
        try:
            self._context = spnego.client(
                user or None,
                password or None,
                hostname=host,
                service="http",
                protocol=scheme.lower(),
                channel_bindings=channel_bindings(certificate),
            )
        except SpnegoError as error:
            raise ValueError(f"{scheme} cannot be begun") from error

    @property
    def complete(self) -> bool:
        """Tell whether there is nothing more to say."""
        return self._context.complete

    def step(self, token: bytes | None) -> bytes:
        """The answer to a token; None begins. Raises OSError, ValueError."""
        try:
            return self._context.step(token) or b""
        except SpnegoError as error:
            raise ValueError("the token was not understood") from error


def channel_bindings(certificate: bytes | None) -> GssChannelBindings | None:
    """What binds a sign-on to a TLS server (RFC 5929, 4.1); None if nothing can."""
    if certificate is None:
        return None
    try:
        algorithm = x509.load_der_x509_certificate(certificate).signature_hash_algorithm
    except (ValueError, UnsupportedAlgorithm):
        return None
    if algorithm is None:
        return None
    if isinstance(algorithm, hashes.MD5 | hashes.SHA1):
        algorithm = hashes.SHA256()
    digest = hashes.Hash(algorithm)
    digest.update(certificate)
    return GssChannelBindings(application_data=b"tls-server-end-point:" + digest.finalize())
