from __future__ import annotations

import json
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail

from datev_connector.app.folders import Profile, find_profile
from datev_connector.app.secrets import OF_THIS_COMPUTER, SERVICE, Vault
from datev_connector.app.store_key import KeyPlace, StoreKey, StoreKeyError, store_key
from datev_connector.store.errors import WrongKey
from datev_connector.store.store import Store
from tests.app.keyrings import LockedKeyring, MemoryKeyring

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
POSIX_ONLY = pytest.mark.skipif(sys.platform == "win32", reason="file modes are POSIX")


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return find_profile(folder=tmp_path / "profile")


def vault_of(backend: KeyringBackend) -> Vault:
    return Vault(find_backend=lambda: backend)


def test_a_new_key_goes_into_the_keyring_and_the_file_only_points_there(profile: Profile) -> None:
    backend = MemoryKeyring()

    made = store_key(profile, vault_of(backend), store_exists=False)
    again = store_key(profile, vault_of(backend), store_exists=True)

    assert len(made.key) == 32
    assert (made.place, made.warning) == (KeyPlace.KEYRING, "")
    assert again == made
    assert made.key.hex() not in profile.key_file.read_text()
    assert list(backend.entries.values()) == [made.key.hex()]
    assert repr(made.key) not in repr(made)


def test_without_a_keyring_the_key_lies_in_a_file_with_a_warning(profile: Profile) -> None:
    made = store_key(profile, vault_of(fail.Keyring()), store_exists=False)
    again = store_key(profile, vault_of(fail.Keyring()), store_exists=True)

    assert again == made
    assert made.place is KeyPlace.FILE
    assert str(profile.key_file) in made.warning
    if sys.platform != "win32":
        assert stat.S_IMODE(profile.key_file.stat().st_mode) == 0o600
    assert [file.name for file in profile.root.iterdir()] == ["store.key"]


def test_a_key_in_a_file_stays_in_use_when_a_keyring_turns_up(profile: Profile) -> None:
    made = store_key(profile, vault_of(fail.Keyring()), store_exists=False)
    backend = MemoryKeyring()

    assert store_key(profile, vault_of(backend), store_exists=True).key == made.key
    assert backend.entries == {}


def test_two_profiles_have_two_keys_in_one_keyring(tmp_path: Path) -> None:
    vault = vault_of(MemoryKeyring())
    keys = {
        store_key(find_profile(folder=tmp_path / name), vault, store_exists=False).key
        for name in "ab"
    }
    assert len(keys) == 2


def test_the_key_is_kept_apart_from_the_passwords_that_roam(profile: Profile) -> None:
    backend = MemoryKeyring()
    vault = vault_of(backend)
    vault.set("starface-password 0123@pbx", "geheim")
    made = store_key(profile, vault, store_exists=False)
    by_service = {service: secret for (service, _), secret in backend.entries.items()}
    assert by_service == {SERVICE: "geheim", OF_THIS_COMPUTER: made.key.hex()}


def test_a_key_among_the_passwords_is_found_there(profile: Profile) -> None:
    backend = MemoryKeyring()
    made = store_key(profile, vault_of(backend), store_exists=False)
    backend.entries = {(SERVICE, account): key for (_, account), key in backend.entries.items()}
    assert store_key(profile, vault_of(backend), store_exists=True) == made


def test_two_computers_of_a_user_whose_keyring_roams_have_two_stores(tmp_path: Path) -> None:
    """Each has a local profile of its own; the keyring is the same on both."""
    roaming = MemoryKeyring()
    profiles = [find_profile(folder=tmp_path / computer) for computer in ("desk", "laptop")]
    made = [store_key(one, vault_of(roaming), store_exists=False) for one in profiles]
    for profile, first in zip(profiles, made, strict=True):
        assert store_key(profile, vault_of(roaming), store_exists=True) == first
    assert made[0].key != made[1].key


def test_the_key_file_of_another_computer_opens_and_changes_nothing(tmp_path: Path) -> None:
    """Somebody has copied it, or let the local folder roam."""
    keyrings = {name: vault_of(MemoryKeyring()) for name in ("desk", "laptop")}
    profiles = {name: find_profile(folder=tmp_path / name) for name in keyrings}
    keys = {}
    for name, profile in profiles.items():
        keys[name] = store_key(profile, keyrings[name], store_exists=False)
        with Store.open(profile.store_file, keys[name].key, now=NOON, station=name):
            pass
    desk = profiles["desk"]
    own_file, store = desk.key_file.read_bytes(), desk.store_file.read_bytes()
    desk.key_file.write_bytes(profiles["laptop"].key_file.read_bytes())

    with pytest.raises(StoreKeyError, match="the keyring has no entry"):
        store_key(desk, keyrings["desk"], store_exists=True)
    with pytest.raises(WrongKey, match="nothing was changed"):
        Store.open(desk.store_file, keys["laptop"].key, now=NOON, station="desk")
    assert desk.store_file.read_bytes() == store

    desk.key_file.write_bytes(own_file)
    found = store_key(desk, keyrings["desk"], store_exists=True)
    with Store.open(desk.store_file, found.key, now=NOON, station="desk"):
        pass


def test_a_moved_profile_keeps_its_key(profile: Profile, tmp_path: Path) -> None:
    vault = vault_of(MemoryKeyring())
    made = store_key(profile, vault, store_exists=False)
    moved = find_profile(folder=profile.root.rename(tmp_path / "elsewhere"))

    assert store_key(moved, vault, store_exists=True) == made


def test_a_store_without_its_key_file_gets_no_new_key(profile: Profile) -> None:
    backend = MemoryKeyring()

    with pytest.raises(StoreKeyError, match="store.key is missing"):
        store_key(profile, vault_of(backend), store_exists=True)
    assert backend.entries == {}
    assert not profile.key_file.exists()


@pytest.mark.parametrize("store_exists", [True, False])
def test_a_keyring_without_the_entry_gets_no_new_key(profile: Profile, store_exists: bool) -> None:
    backend = MemoryKeyring()
    store_key(profile, vault_of(backend), store_exists=False)
    before = profile.key_file.read_bytes()
    backend.entries.clear()

    with pytest.raises(StoreKeyError, match="the keyring has no entry"):
        store_key(profile, vault_of(backend), store_exists=store_exists)
    assert profile.key_file.read_bytes() == before


@pytest.mark.parametrize("backend", [fail.Keyring(), LockedKeyring()])
def test_a_keyring_out_of_reach_is_named(profile: Profile, backend: KeyringBackend) -> None:
    store_key(profile, vault_of(MemoryKeyring()), store_exists=False)

    with pytest.raises(StoreKeyError, match="the store's key is in the keyring, but"):
        store_key(profile, vault_of(backend), store_exists=True)


@pytest.mark.parametrize("entry", ["", "00", "zz" * 32, "ab" * 33])
def test_an_entry_that_is_no_key_is_refused(profile: Profile, entry: str) -> None:
    backend = MemoryKeyring()
    store_key(profile, vault_of(backend), store_exists=False)
    backend.entries = dict.fromkeys(backend.entries, entry)

    with pytest.raises(StoreKeyError, match="holds no key"):
        store_key(profile, vault_of(backend), store_exists=True)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"key": "00"}',
        b'{"key": 5}',
        b'{"keyring": ""}',
        json.dumps({"key": "ab" * 31}).encode(),
        b"[" * 4000,
    ],
)
@pytest.mark.parametrize("store_exists", [True, False])
def test_a_damaged_file_is_left_as_it_is(
    profile: Profile, content: bytes, store_exists: bool
) -> None:
    profile.prepare()
    profile.key_file.write_bytes(content)

    with pytest.raises(StoreKeyError, match="damaged"):
        store_key(profile, vault_of(MemoryKeyring()), store_exists=store_exists)
    assert profile.key_file.read_bytes() == content


@POSIX_ONLY
def test_an_unreadable_file_is_left_as_it_is(profile: Profile) -> None:
    profile.prepare()
    profile.key_file.symlink_to(profile.key_file)

    with pytest.raises(StoreKeyError, match="can't be read"):
        store_key(profile, vault_of(MemoryKeyring()), store_exists=False)


@POSIX_ONLY
def test_a_file_open_to_others_is_warned_about(profile: Profile) -> None:
    store_key(profile, vault_of(fail.Keyring()), store_exists=False)
    profile.key_file.chmod(0o644)

    warning = store_key(profile, vault_of(fail.Keyring()), store_exists=True).warning
    assert f"chmod 600 {profile.key_file}" in warning


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder nobody can write")
def test_a_folder_that_cannot_be_written_is_named_and_nothing_stays_behind() -> None:
    backend = MemoryKeyring()

    with pytest.raises(StoreKeyError, match="can't be written"):
        store_key(find_profile(folder=Path("/proc/none")), vault_of(backend), store_exists=False)
    assert backend.entries == {}


@pytest.mark.parametrize("make_backend", [MemoryKeyring, fail.Keyring])
def test_many_at_once_agree_on_one_key(
    profile: Profile, make_backend: Callable[[], KeyringBackend]
) -> None:
    backend = make_backend()
    together, keys = threading.Barrier(8), list[StoreKey]()

    def start() -> None:
        together.wait(10)
        keys.append(store_key(profile, vault_of(backend), store_exists=False))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(keys) == 8
    assert len({key.key for key in keys}) == 1
    if isinstance(backend, MemoryKeyring):
        assert list(backend.entries.values()) == [keys[0].key.hex()]
    assert [file.name for file in profile.root.iterdir()] == ["store.key"]


PROGRAM = """
import sys
from pathlib import Path
from keyring.backends import fail
from datev_connector.app.folders import find_profile
from datev_connector.app.secrets import Vault
from datev_connector.app.store_key import store_key

sys.stdin.readline()
profile = find_profile(folder=Path(sys.argv[1]))
print(store_key(profile, Vault(find_backend=fail.Keyring), store_exists=False).key.hex())
"""


def test_two_processes_agree_on_one_key(profile: Profile) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(profile.root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    keys = {process.communicate(timeout=30)[0] for process in processes}

    assert len(keys) == 1
    assert len(keys.pop().strip()) == 64
