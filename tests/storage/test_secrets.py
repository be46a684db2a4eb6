"""Secrets are in the keyring or in memory, never on the disk, and a refusal is one sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import KeyringLocked, PasswordDeleteError

from pingtree_desktop.domain.errors import StorageUnavailable, UsageError
from pingtree_desktop.storage import secrets
from pingtree_desktop.storage.places import Places
from pingtree_desktop.storage.secrets import Secrets

OWNER = "environment:staging"


class InMemory(KeyringBackend):
    """A keyring that forgets when the test ends."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise PasswordDeleteError(service)
        del self.kept[service, username]


class Refusing(InMemory):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def get_password(self, service: str, username: str, password: str = "") -> str | None:
        raise self.error

    set_password = delete_password = get_password


@pytest.fixture(params=["keyring", "memory"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Secrets:
    return Secrets(tmp_path, InMemory() if request.param == "keyring" else fail.Keyring())


def test_a_secret_comes_back_until_it_is_deleted(kept: Secrets) -> None:
    assert kept.get(OWNER, "token") is None
    kept.set(OWNER, "token", "hush \u2603\n")
    kept.set("campaign:demo", "token", "other")
    assert kept.get(OWNER, "token") == "hush \u2603\n"
    assert kept.get("campaign:demo", "token") == "other"
    kept.set(OWNER, "token", "new")
    assert kept.get(OWNER, "token") == "new"
    kept.delete(OWNER, "token")
    kept.delete(OWNER, "token")
    assert kept.get(OWNER, "token") is None
    kept.set("campaign:demo", "token", "")
    assert kept.get("campaign:demo", "token") is None


def test_a_secret_moves_with_its_owner(kept: Secrets) -> None:
    kept.set(OWNER, "token", "hush")
    kept.move(OWNER, "token", to_owner="environment:new")
    assert (kept.get(OWNER, "token"), kept.get("environment:new", "token")) == (None, "hush")
    kept.move("environment:new", "token", to_name="key")
    kept.move("environment:new", "key")
    kept.move("environment:new", "missing", to_name="other")
    assert kept.get("environment:new", "key") == "hush"
    assert kept.get("environment:new", "other") is None


def test_workspaces_know_nothing_of_each_other(tmp_path: Path) -> None:
    backend = InMemory()
    Secrets(tmp_path / "a", backend).set(OWNER, "token", "hush")
    assert Secrets(tmp_path / "b", backend).get(OWNER, "token") is None
    assert Secrets(tmp_path / "a", backend).get(OWNER, "token") == "hush"
    assert Secrets(tmp_path / "a", backend).note == ""


def test_without_a_keyring_it_lasts_for_the_session_and_says_so(places: Places) -> None:
    first = Secrets(places.root, fail.Keyring())
    assert first.note == ""
    first.set(OWNER, "token", "hush-hush")
    assert first.get(OWNER, "token") == "hush-hush"
    assert first.note == (
        "This computer has no keyring that can be used, so secrets are kept until the program "
        "ends and are typed again after that."
    )
    assert Secrets(places.root, fail.Keyring()).get(OWNER, "token") is None
    files = [path for path in places.root.rglob("*") if path.is_file()]
    assert not any(b"hush" in file.read_bytes() for file in files)


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (KeyringLocked("no"), "The system's keyring is locked and did not {} the secret token."),
        (OSError("hush"), "The system's keyring did not {} the secret token: OSError."),
        (ValueError("hush"), "The system's keyring did not {} the secret token: ValueError."),
    ],
)
def test_a_refusal_is_one_sentence_without_the_secret(
    tmp_path: Path, error: Exception, problem: str
) -> None:
    refused = Secrets(tmp_path, Refusing(error))
    for verb, call in [
        ("give", lambda: refused.get(OWNER, "token")),
        ("take", lambda: refused.set(OWNER, "token", "hush")),
        ("remove", lambda: refused.delete(OWNER, "token")),
    ]:
        with pytest.raises(StorageUnavailable) as caught:
            call()
        assert caught.value.problem == problem.format(verb)
        assert caught.value.remedy
    assert refused.note == ""


def test_what_no_keyring_takes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Secrets(tmp_path, InMemory())
    for text in ("\ud800", "a\0b"):
        with pytest.raises(UsageError):
            kept.set(OWNER, "token", text)
    kept.set(OWNER, "token", "x" * 5000)
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(UsageError, match=r"longer than the 1,280 characters that Windows keeps"):
        kept.set(OWNER, "token", "x" * 1281)
    kept.set(OWNER, "token", "x" * 1280)


def test_the_first_keyring_that_works_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(InMemory):
        viable = False

    monkeypatch.setattr(secrets, "_kinds", lambda: (Broken, InMemory))
    kept = Secrets(tmp_path)
    kept.set(OWNER, "token", "hush")
    assert kept.note == ""
    assert kept.get(OWNER, "token") == "hush"


@pytest.mark.parametrize("error", [ImportError("no keyring"), RuntimeError("no bus")])
def test_a_keyring_that_cannot_be_loaded_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def kinds() -> tuple[type[KeyringBackend], ...]:
        raise error

    monkeypatch.setattr(secrets, "_kinds", kinds)
    kept = Secrets(tmp_path)
    kept.set(OWNER, "token", "hush")
    assert kept.note
    assert kept.get(OWNER, "token") == "hush"


@pytest.mark.skipif(sys.platform != "linux", reason="the Secret Service is a Linux thing")
def test_a_linux_without_a_secret_service_has_the_fallback(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from pingtree_desktop.storage.secrets import Secrets\n"
        "assert 'keyring' not in sys.modules\n"
        "kept = Secrets(Path(sys.argv[1])); kept.set('campaign:demo', 'a', 'x')\n"
        "print(kept.get('campaign:demo', 'a'), kept.note[:31])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere", "HOME": str(tmp_path)},
    )
    assert done.stdout == "x This computer has no keyring th\n"
    assert done.stderr == ""
    assert list(tmp_path.rglob("*")) == []


def test_each_system_has_its_own_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {}
    for system in ("linux", "darwin", "win32"):
        monkeypatch.setattr(sys, "platform", system)
        names[system] = [kind.__module__ for kind in secrets._kinds()]
    assert names == {
        "linux": ["keyring.backends.SecretService", "keyring.backends.kwallet"],
        "darwin": ["keyring.backends.macOS"],
        "win32": ["keyring.backends.Windows"],
    }
