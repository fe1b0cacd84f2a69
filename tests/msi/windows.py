"""The Windows of a test session (scripts/wine/session), as a person and an administrator use it."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path

from datev_connector.datev.com.ids import LIBID, braced
from datev_connector.datev.com.type_library import INTERFACES
from installer.compiling import WINE_PYTHON
from installer.places import ROOT
from tests.msi import message_box
from tests.msi.waiting import until

LIMIT_S = 120
MACHINE_KEY = r"HKLM\Software\DatevConnector"
RUN_KEY = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Run"
PROGRAM_LIST = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall"
USER_RUN_KEY = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run"
INTERFACES_KEY = r"HKLM\Software\Classes\Interface"
LIBRARY_KEY = rf"HKLM\Software\Classes\TypeLib\{braced(LIBID)}"
WINDOWED, CONSOLE = "DatevConnector.exe", "datev-connector.exe"


def windows_name(path: Path) -> str:
    return f"Z:{path.absolute()}".replace("/", "\\")


class Windows:
    def __init__(self) -> None:
        # Tests elsewhere are kept from the keyring; here it is one of the things to be proven.
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
        }
        self._started: list[subprocess.Popen[bytes]] = []
        self.drive = Path(os.environ["WINEPREFIX"], "drive_c")
        self.programs = self.drive / "Program Files" / "DATEV Connector"
        self.machine_data = self.drive / "ProgramData" / "DatevConnector"
        self.user = next(
            home
            for home in (self.drive / "users").iterdir()
            if home.name != "Public" and (home / "AppData").is_dir()
        )
        self.own_data = self.user / "AppData" / "Local" / "DatevConnector"

    # --- what is installed ------------------------------------------------------------------

    def msiexec(self, *words: str, log: Path | None = None) -> int:
        """The exit code. Nothing is written to us: what is started may outlive it."""
        logged = ("/l*v", windows_name(log)) if log is not None else ()
        return subprocess.run(
            ["wine", "msiexec", *words, "/qn", *logged],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=LIMIT_S,
            check=False,
            env=self._environment,
        ).returncode

    def install(self, msi: Path, *properties: str, log: Path | None = None) -> int:
        return self.msiexec("/i", windows_name(msi), *properties, log=log)

    def refusal(self, msi: Path) -> str:
        """What a person reads who tries to install: Wine writes it into no log."""
        words = ["wine", "msiexec", "/i", windows_name(msi), "/qb"]
        silent = subprocess.DEVNULL
        with subprocess.Popen(
            words, stdin=silent, stdout=silent, stderr=silent, env=self._environment
        ) as trying:
            told = self.read_box("Install Failed")
            assert trying.wait(LIMIT_S) != 0
        return told

    def read_box(self, title: str = "DATEV Connector") -> str:
        """The words of the message box that comes now; it is clicked away."""
        run = self.python("-m", message_box.__name__, title)
        assert run.returncode == 0, run.stderr
        return run.stdout.strip()

    def registry(self, key: str) -> dict[str, str]:
        """The values of a key and of those below it; none where there is no such key."""
        answer = self.run("reg", "query", key, "/s").stdout
        found = {}
        for line in answer.splitlines():
            name, kind, value = ([*line.strip().split("    ", 2), "", ""])[:3]
            if line.startswith("    ") and kind:
                found[name] = value
        return found

    def interfaces(self) -> dict[str, str]:
        """DATEV's interfaces that Windows knows: name to the id of the type library."""
        keys = {one.name: rf"{INTERFACES_KEY}\{braced(one.iid)}" for one in INTERFACES}
        known = {name: self.registry(rf"{key}\TypeLib") for name, key in keys.items()}
        return {name: values["(Default)"] for name, values in known.items() if values}

    def shortcuts(self) -> list[Path]:
        return sorted(self.drive.rglob("DATEV Connector.lnk"))

    # --- what runs --------------------------------------------------------------------------

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["wine", *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=LIMIT_S,
            check=False,
            env=self._environment,
        )

    def python(self, *words: str, limit_s: float = LIMIT_S) -> subprocess.CompletedProcess[str]:
        """Run a Python that is not the installed one, with our sources."""
        return subprocess.run(
            [str(WINE_PYTHON), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=limit_s,
            check=False,
            cwd=ROOT,  # modules of the tests are found there
            env=self._environment,
        )

    def connector(
        self, *words: str, folder: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        return self.run(str((folder or self.programs) / CONSOLE), *words)

    def start(
        self, *words: str, folder: Path | None = None, **environment: str
    ) -> subprocess.Popen[bytes]:
        """Start the windowed program, and leave it to itself."""
        started = subprocess.Popen(
            ["wine", str((folder or self.programs) / WINDOWED), *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self._environment | environment,
        )
        self._started.append(started)
        return started

    def settings_file(self) -> Path:
        """The settings file of the person, as the program names it."""
        told = self.connector("settings", "show").stdout.splitlines()[-1]
        return self.drive / told.partition("C:")[2].lstrip("\\").replace("\\", "/")

    def end_all(self) -> None:
        """End what was started, and still runs."""
        if self.programs.exists():
            self.connector("quit")
        while self._started:
            self._started.pop().wait(LIMIT_S)

    def running(self) -> set[int]:
        """The process ids of the windowed program, as the system below Wine counts them."""
        ours = f"WINEPREFIX={self.drive.parent}".encode()
        found = set()
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it has ended meanwhile
                words = (process / "cmdline").read_bytes().split(b"\0")
                if words[0].endswith(WINDOWED.encode()) and ours in (
                    process / "environ"
                ).read_bytes().split(b"\0"):
                    found.add(int(process.name))
        return found

    def remove(self, *properties: str) -> int:
        """Uninstall whatever version is there."""
        code = self.product_code()
        return self.msiexec("/x", code, *properties) if code else 0

    def product_code(self) -> str:
        """Of the version in Windows' list of programs; empty if there is none."""
        return next(iter(self.listed()), "")

    def listed(self) -> dict[str, str]:
        """Our products in Windows' list of programs: code to version."""
        found, code = {}, ""
        ours: dict[str, dict[str, str]] = {}
        for line in self.run("reg", "query", PROGRAM_LIST, "/s").stdout.splitlines():
            if line.startswith("HKEY"):
                code = line.rpartition("\\")[2].strip()
            elif line.startswith("    "):
                name, _, value = ([*line.strip().split("    ", 2), "", ""])[:3]
                ours.setdefault(code, {})[name] = value
        for code, values in ours.items():
            if values.get("DisplayName", "").startswith("DATEV Connector"):
                found[code] = values.get("DisplayVersion", "")
        return found

    def wait_for_window(self) -> int:
        """Wait until the windowed program runs; its process id."""
        until(lambda: len(self.running()) == 1 and (self.own_data / "store.db").exists())
        return next(iter(self.running()))
