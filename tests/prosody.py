"""A real XMPP server for tests: Prosody, in a folder of its own, on free ports of loopback.

It runs in the foreground as whoever runs the tests, and knows neither other servers nor the
configuration of the machine. Passwords are read anew at every sign-in, so tests may change them.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.network.certificates import Identity, make_identity
from tests.ports import kept_port

WAIT_S = 20.0
POLL_S = 0.02
MECHANISMS = frozenset(
    {
        *("PLAIN", "DIGEST-MD5", "EXTERNAL", "ANONYMOUS", "OAUTHBEARER"),
        *(f"SCRAM-SHA-{size}{plus}" for size in ("1", "256") for plus in ("", "-PLUS")),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProsodyOptions:
    """What the server is to be like."""

    domain: str = "pbx.example"
    users: Mapping[str, str] = field(default_factory=dict)
    """Passwords by the local part of the address."""
    components: Mapping[str, str] = field(default_factory=dict)
    """Secrets by address; each may connect to `component_port`."""
    starttls: str = "required"
    """Or "optional", or "none"."""
    mechanisms: Iterable[str] = ("PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256")
    items: Iterable[str] = ()
    """Addresses that the domain's disco#items names beside its components."""
    modules: Iterable[str] = ()
    """Modules of Prosody's own beside the usual ones."""
    settings: str = ""
    """Lines for the global part of the configuration."""


class Prosody:
    """The server; made and ended by `running_prosody`."""

    def __init__(
        self, folder: Path, options: ProsodyOptions, identity: Identity, *, ports: tuple[int, int]
    ) -> None:
        self.options = options
        self.identity = identity
        self.port, self.component_port = ports
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None

    @property
    def domain(self) -> str:
        return self.options.domain

    @property
    def log(self) -> str:
        """What the server has told so far, in all its lives."""
        file = self._folder / "prosody.log"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    def set_password(self, user: str, password: str | None) -> None:
        """Holds from the next sign-in on; None: there is no such user."""
        file = self._data / "accounts" / f"{_encoded(user)}.dat"
        file.parent.mkdir(parents=True, exist_ok=True)
        if password is None:
            file.unlink(missing_ok=True)
        else:
            file.write_text(f'return {{ ["password"] = {_quoted(password)}; }};\n', "utf-8")

    async def start(self) -> None:
        """Returns when the ports answer."""
        (self._folder / "prosody.cfg.lua").write_text(self._configuration(), "utf-8")
        program = shutil.which("prosody")
        assert program is not None, "Prosody is not installed"
        self._process = await asyncio.create_subprocess_exec(
            *(program, "-F", "--config", str(self._folder / "prosody.cfg.lua")),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        await self._wait_for(self.port)
        if self.options.components:
            await self._wait_for(self.component_port)

    async def stop(self) -> None:
        """End the server as its service does: every connection is told."""
        await self._end(lambda process: process.terminate())

    async def kill(self) -> None:
        """End the server without a word."""
        await self._end(lambda process: process.kill())

    def freeze(self) -> None:
        """Stop the process where it stands: connections are still accepted, and all is silence."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on as if nothing had been."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def _end(self, end: Callable[[asyncio.subprocess.Process], None]) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)  # the frozen hear nothing else
            end(process)
        try:
            async with asyncio.timeout(WAIT_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _wait_for(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + WAIT_S
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.transport.abort()
                return
            assert self._process is not None
            if self._process.returncode is not None or loop.time() > deadline:
                pytest.fail(f"Prosody does not answer:\n{self.log}")
            await asyncio.sleep(POLL_S)

    @property
    def _data(self) -> Path:
        return self._folder / "data" / _encoded(self.domain)

    def _configuration(self) -> str:
        options = self.options
        modules = {"disco", "ping", "presence", "roster", "saslauth", *options.modules}
        if options.starttls != "none":
            modules.add("tls")
        pem_file, log_file = _quoted(self.identity.pem_file), _quoted(self._folder / "prosody.log")
        lines = [
            "run_as_root = true",
            f"pidfile = {_quoted(self._folder / 'prosody.pid')}",
            f"data_path = {_quoted(self._folder / 'data')}",
            f"certificates = {_quoted(self._folder)}",
            'interfaces = { "127.0.0.1" }',
            'component_interfaces = { "127.0.0.1" }',
            f"c2s_ports = {{ {self.port} }}",
            f"component_ports = {{ {self.component_port} }}",
            "c2s_direct_tls_ports = {}",
            f"modules_enabled = {_listed(sorted(modules))}",
            'modules_disabled = { "s2s" }',
            'authentication = "internal_plain"',
            "allow_unencrypted_plain_auth = true",
            f"c2s_require_encryption = {str(options.starttls == 'required').lower()}",
            f"disable_sasl_mechanisms = {_listed(sorted(MECHANISMS - {*options.mechanisms}))}",
            f"disco_items = {{ {', '.join(f'{{ {_quoted(one)} }}' for one in options.items)} }}",
            f'log = {{ {{ levels = {{ min = "debug" }}, to = "file", filename = {log_file} }} }}',
            options.settings,
            f"VirtualHost {_quoted(self.domain)}",
            f"    ssl = {{ key = {pem_file}, certificate = {pem_file} }}",
        ]
        for jid, secret in options.components.items():
            lines += [f"Component {_quoted(jid)}", f"    component_secret = {_quoted(secret)}"]
        return "\n".join(lines) + "\n"


@contextlib.asynccontextmanager
async def running_prosody(
    options: ProsodyOptions | None = None, *, identity: Identity | None = None
) -> AsyncIterator[Prosody]:
    """A server that runs; without Prosody on this machine the test is skipped, or fails on CI."""
    _require_prosody()
    options = options or ProsodyOptions()
    with (
        tempfile.TemporaryDirectory(prefix="prosody-") as name,
        kept_port() as port,
        kept_port() as component_port,
    ):
        folder = Path(name)
        shown = identity or make_identity(folder, name=options.domain)
        server = Prosody(folder, options, shown, ports=(port, component_port))
        for user, password in options.users.items():
            server.set_password(user, password)
        try:
            await server.start()
            yield server
        finally:
            await server.kill()  # asked politely, it may wait for a line that nobody reads


def _require_prosody() -> None:
    if shutil.which("prosody") is not None:
        return
    reason = "Prosody is not installed (Debian: apt-get install prosody; make bootstrap as root)"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _encoded(name: str) -> str:
    """As Prosody names its files."""
    coded = ((chr(byte), f"%{byte:02x}") for byte in name.encode())
    return "".join(plain if plain.isascii() and plain.isalnum() else code for plain, code in coded)


def _quoted(text: object) -> str:
    """A string of Lua."""
    return '"' + str(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _listed(names: Iterable[str]) -> str:
    return "{ " + "; ".join(_quoted(name) for name in names) + " }"
