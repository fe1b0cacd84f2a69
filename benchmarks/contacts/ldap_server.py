"""A real OpenLDAP directory with the same contacts: slapd with its mdb back end, on this machine.

Entries have what a telephone program asks for, and an index on `telephoneNumber`. The client comes
by a Unix socket, which is quicker than loopback.
"""

from __future__ import annotations

import base64
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, perf_counter, sleep

from benchmarks.contacts import office
from benchmarks.contacts.ldap_client import BASE, MOST
from benchmarks.orders import Helper, helper
from benchmarks.processes import DEADLINE_S

PLACES = "/usr/sbin:/usr/local/sbin:/usr/libexec"
SCHEMAS = Path("/etc/ldap/schema")
MODULES = Path("/usr/lib/ldap")
PYTHON = "/usr/bin/python3"
MISSING = "OpenLDAP is not installed (Debian: apt-get install slapd python3-ldap)"
LOOK_S = 0.002
ATTRIBUTES = 700
"""Bytes of room in the directory's file for one entry and its place in the index, generously."""
SETTINGS = """\
{schemas}
modulepath {modules}
moduleload back_mdb
pidfile {folder}/pid
argsfile {folder}/arguments
loglevel 0
tool-threads 2
sizelimit {most}
database mdb
suffix "{base}"
directory {folder}/data
maxsize {room}
index objectClass eq
index telephoneNumber eq
"""
HEAD = f"dn: {BASE}\nobjectClass: organizationalUnit\nou: contacts\n\n"


def can_measure() -> bool:
    """Tell whether server and client are there as Debian installs them."""
    if not (_slapd() and MODULES.is_dir() and SCHEMAS.is_dir() and Path(PYTHON).exists()):
        return False
    has_client = subprocess.run((PYTHON, "-c", "import ldap"), capture_output=True, check=False)
    return has_client.returncode == 0


HOST = "127.0.0.1"


def version() -> str:
    """Which OpenLDAP this is, as far as it tells."""
    told = subprocess.run((_slapd(), "-VV"), capture_output=True, text=True, check=False).stderr
    found = re.search(r"slapd (\d[\d.]*)", told)
    return f"OpenLDAP {found[1]}" if found else "OpenLDAP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """A directory that was filled; it runs only as long as somebody asks."""

    folder: Path
    filled_s: float
    """How long `slapadd` took, which writes the file itself, without a server."""

    @classmethod
    def made(cls, folder: Path, contacts: int) -> Directory:
        """Fill a directory with so many contacts. Raises RuntimeError with what `slapadd` says."""
        (folder / "data").mkdir(parents=True)
        names = ("core", "cosine", "inetorgperson")
        (folder / "slapd.conf").write_text(
            SETTINGS.format(
                schemas="\n".join(f"include {SCHEMAS}/{name}.schema" for name in names),
                modules=MODULES,
                folder=folder,
                base=BASE,
                most=MOST,
                room=max(contacts, 100_000) * 20 * ATTRIBUTES,
            ),
            encoding="ascii",
        )
        entries = folder / "contacts.ldif"
        with entries.open("w", encoding="ascii") as stream:
            stream.write(HEAD)
            stream.writelines(map(_entry, range(contacts)))
        begun_s = perf_counter()
        command = (_slapd("slapadd"), "-q", "-f", f"{folder}/slapd.conf", "-l", str(entries))
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"slapadd could not fill the directory: {done.stderr[-1000:]}")
        entries.unlink()
        return cls(folder=folder, filled_s=perf_counter() - begun_s)

    @property
    def file(self) -> Path:
        """What holds all entries."""
        return self.folder / "data" / "data.mdb"

    @contextmanager
    def asked(self) -> Iterator[Helper]:
        """Run the server until the block ends, with a client that has just connected to it."""
        door = _free_port()
        address = f"ldap://{HOST}:{door}"
        module = "benchmarks.contacts.ldap_client"
        with (
            _running(self.folder, address, door),
            helper(self.folder, module, address, interpreter=PYTHON) as client,
        ):
            client.order("ready")
            yield client


@contextmanager
def _running(folder: Path, address: str, door: int) -> Iterator[None]:
    command = (_slapd(), "-d", "0", "-f", f"{folder}/slapd.conf", "-h", address)
    with (folder / "slapd.out").open("wb") as out:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            _wait_until_open(process, door, folder / "slapd.out")
            yield
        finally:
            process.terminate()
            try:
                process.wait(DEADLINE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_open(process: subprocess.Popen[bytes], door: int, output: Path) -> None:
    give_up_s = monotonic() + DEADLINE_S
    while not _is_open(door):
        if process.poll() is not None or monotonic() > give_up_s:
            raise RuntimeError(f"slapd does not get ready: {output.read_text('utf-8')[-1000:]}")
        sleep(LOOK_S)


def _is_open(door: int) -> bool:
    with socket.socket() as knock:
        return knock.connect_ex((HOST, door)) == 0


def _free_port() -> int:
    with socket.socket() as held:
        held.bind((HOST, 0))
        port: int = held.getsockname()[1]
        return port


def _entry(index: int) -> str:
    one = office.contact(index)
    given = (("uid", one.ref.id), ("employeeNumber", one.client_number), ("cn", one.name))
    lines = [f"dn: uid={one.ref.id},{BASE}", "objectClass: inetOrgPerson"]
    lines += [_line(name, value) for name, value in given]
    lines.append(_line("sn", one.name.partition(",")[0]))
    lines += [f"telephoneNumber: +{key}" for key in office.keys(index)]
    return "\n".join(lines) + "\n\n"


def _line(name: str, value: str) -> str:
    if value.isascii():
        return f"{name}: {value}"
    return f"{name}:: {base64.b64encode(value.encode()).decode()}"


def _slapd(tool: str = "slapd") -> str:
    return shutil.which(tool) or shutil.which(tool, path=PLACES) or ""
