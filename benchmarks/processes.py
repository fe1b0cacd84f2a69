"""The processes that are measured: the connector with its profile, and the bare client."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, perf_counter, sleep

from benchmarks.datev import Datev
from benchmarks.office import write_contacts
from benchmarks.pbx import LOGIN, Callback, Pbx
from benchmarks.route import Route

ROOT = Path(__file__).parents[1]
DEADLINE_S = 60.0
LOOK_S = 0.001
"""How often a process's output is looked at: what a start can be told apart to."""
FOREIGN = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONDEVMODE")
"""Variables that would slow down what is measured."""
SETTINGS = """
[starface]
host = "127.0.0.1"
https_port = {pbx}
encrypted = false
login = "{login}"
transport = "https"
events = "callback"

[dial_plan]
area_code = "721"

[calls]
transfer_automatically = true
close_after_call = true

[datev]
link = "simulator"
simulator_address = "127.0.0.1:{datev}"
"""


def environment(workshop: Path) -> Mapping[str, str]:
    """What the processes get: a password, and no access to the keyring of whoever measures.

    Bytecode is kept, as it is for an installed program, but in the folder for this run.
    """
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return kept | {
        "DATEV_CONNECTOR_PASSWORD": "benchmark",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "PYTHONPYCACHEPREFIX": str(workshop / "bytecode"),
    }


def python(*arguments: str) -> Sequence[str]:
    """The command line of this interpreter with other arguments."""
    return (sys.executable, *arguments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A profile of the connector with this many contacts in its store."""

    folder: Path
    contacts: int
    numbers: int

    @classmethod
    def made(cls, folder: Path, contacts: int) -> Profile:
        """Make a profile and import the contacts into it."""
        file = folder.with_suffix(".csv")
        numbers = write_contacts(file, contacts)
        profile = cls(folder=folder, contacts=contacts, numbers=numbers)
        profile.set(pbx=1, datev=1)
        if contacts:
            _connector(folder, "contacts", "import", str(file))
        return profile

    def set(self, *, pbx: int, datev: int) -> None:
        """Point the connector to the two ports."""
        self.folder.mkdir(exist_ok=True)
        text = SETTINGS.format(pbx=pbx, datev=datev, login=LOGIN)
        (self.folder / "settings.toml").write_text(text, encoding="utf-8")


class Running:
    """A process that runs, with what it wrote so far."""

    def __init__(self, command: Sequence[str], output: Path) -> None:
        """Standard output goes to a file, so that nobody has to read while the clock runs."""
        self._output = output
        with output.open("wb") as out, output.with_suffix(".err").open("wb") as errors:
            self.begun_s = perf_counter()
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=errors,
                cwd=ROOT,
                env=environment(output.parent),
            )

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def lines(self) -> list[str]:
        """What the process wrote to standard output, as far as it ends with a line end."""
        return self._output.read_text("utf-8").rpartition("\n")[0].splitlines()

    def wait_for(self, wanted: Callable[[str], bool]) -> float:
        """Wait until it writes a wanted line; return the seconds since it was started."""
        give_up_s = monotonic() + DEADLINE_S
        while not any(wanted(line) for line in self.lines()):
            if self._process.poll() is not None or monotonic() > give_up_s:
                errors = self._output.with_suffix(".err").read_text("utf-8", "replace")
                raise RuntimeError(f"the measured process does not get ready: {errors}")
            sleep(LOOK_S)
        return perf_counter() - self.begun_s

    def tell(self, command: str) -> None:
        """Send a line to standard input."""
        assert self._process.stdin is not None
        self._process.stdin.write(command.encode() + b"\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.communicate()

    def end(self) -> None:
        """Wait for its end; a process that does not end is killed."""
        try:
            self._process.communicate(timeout=DEADLINE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()


@contextmanager
def connector(profile: Profile, pbx: Pbx) -> Iterator[tuple[Running, Route, float]]:
    """Run the connector; gives the process, its route, and the seconds until it was ready."""
    with Datev() as datev:
        profile.set(pbx=pbx.port, datev=datev.port)
        command = python("-m", "datev_connector", "--profile", str(profile.folder))
        output = profile.folder.with_suffix(".out")
        running = Running((*command, "run", "--headless"), output)
        try:
            datev.welcome()
            ready_s = running.wait_for(says_ready)
            route = Route(name="connector", callback=pbx.callback, datev=datev, knows_clients=True)
            yield running, route, ready_s
            running.tell('{"command": "quit"}')
        finally:
            running.end()


@contextmanager
def bare_client(folder: Path) -> Iterator[tuple[Running, Route]]:
    """Run the bare client; gives the process and its route."""
    with Datev() as datev:
        command = python("-m", "benchmarks.bare", str(datev.port))
        running = Running(command, folder / "bare.out")
        try:
            datev.welcome()
            running.wait_for(str.isdigit)
            callback = Callback(host="127.0.0.1", port=int(running.lines()[0]))
            yield (
                running,
                Route(name="bare client", callback=callback, datev=datev, knows_clients=False),
            )
        finally:
            datev.hang_up()
            running.end()


def _connector(profile: Path, *arguments: str) -> None:
    subprocess.run(
        python("-m", "datev_connector", "--profile", str(profile), *arguments),
        check=True,
        capture_output=True,
        env=environment(profile.parent),
    )


def says_ready(line: str) -> bool:
    """Tell whether the connector says in this line that it is signed in at the PBX."""
    if '"leg"' not in line:
        return False
    event = json.loads(line)
    return (event["event"], event.get("leg"), event.get("state")) == ("leg", "starface", "up")
