"""Secrets live in the keyring of the system, or in memory where there is none; never in a file.

A keyring may ask the person and wait for the answer: call this from a worker thread only.  The
keyring's package is loaded on the first call.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pingtree_desktop.domain.errors import StorageUnavailable, UsageError
from pingtree_desktop.storage.files import shown

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_NO_KEYRING = (
    "This computer has no keyring that can be used, so secrets are kept until the program ends "
    "and are typed again after that."
)
_WINDOWS_LIMIT_BYTES = 2560  # CRED_MAX_CREDENTIAL_BLOB_SIZE; the text is kept as UTF-16
_T = TypeVar("_T")


class Secrets:
    """The secret texts of one workspace.  `owner` is `environment:NAME` or `campaign:SLUG`.

    A backend that is given is used as it is; else it is the one of the system.
    """

    def __init__(self, workspace_root: Path, backend: KeyringBackend | None = None) -> None:
        self._prefix = f"PingTree Desktop {shown(workspace_root.absolute())}"
        self._backend = backend
        self._is_chosen = backend is not None
        self._memory: dict[tuple[str, str], str] = {}
        self._note = ""
        self._lock = threading.Lock()

    @property
    def note(self) -> str:
        """Why secrets last for this session only; empty with a keyring, or before it was asked."""
        return self._note

    def get(self, owner: str, name: str) -> str | None:
        """A secret's text, or None when none was set.  Raises StorageUnavailable."""
        return self._ask(
            "did not give",
            name,
            lambda backend: backend.get_password(*self._address(owner, name)),
            lambda: self._memory.get((owner, name)),
        )

    def set(self, owner: str, name: str, text: str) -> None:
        """Keep a secret's text; an empty one is the same as none.

        Raises StorageUnavailable, and UsageError for a text that no keyring takes.
        """
        if not text:
            self.delete(owner, name)
            return
        _check(name, text)
        self._ask(
            "did not take",
            name,
            lambda backend: backend.set_password(*self._address(owner, name), text),
            lambda: self._memory.update({(owner, name): text}),
        )

    def delete(self, owner: str, name: str) -> None:
        """Forget a secret, also one that is not there.  Raises StorageUnavailable."""

        def forget(backend: KeyringBackend) -> None:
            service, user = self._address(owner, name)
            if backend.get_password(service, user) is not None:
                backend.delete_password(service, user)

        self._ask("did not remove", name, forget, lambda: self._forget((owner, name)))

    def move(self, owner: str, name: str, *, to_owner: str = "", to_name: str = "") -> None:
        """Keep a secret under another owner or name.  Raises StorageUnavailable."""
        new_owner, new_name = to_owner or owner, to_name or name
        text = self.get(owner, name)
        if text is not None and (new_owner, new_name) != (owner, name):
            self.set(new_owner, new_name, text)
            self.delete(owner, name)

    def _address(self, owner: str, name: str) -> tuple[str, str]:
        # One service for each secret: Windows looks for the service alone, and would have to
        # move the secret of another name away first.
        return f"{self._prefix} {owner} {name}", name

    def _forget(self, key: tuple[str, str]) -> None:
        self._memory.pop(key, None)

    def _ask(
        self,
        failing: str,
        name: str,
        work: Callable[[KeyringBackend], _T],
        in_memory: Callable[[], _T],
    ) -> _T:
        with self._lock:
            if not self._is_chosen:
                self._backend, self._is_chosen = _backend_of_system(), True
            if self._backend is not None:
                from keyring.errors import KeyringLocked, NoKeyringError  # noqa: PLC0415 - lazy

                try:
                    return work(self._backend)
                except NoKeyringError:
                    self._backend = None
                except KeyringLocked as error:
                    raise StorageUnavailable(
                        f"The system's keyring is locked and {failing} the secret {name}.",
                        "Unlock it and try again.",
                    ) from error
                except Exception as error:  # noqa: BLE001 - each system's keyring has its own
                    # Its words may hold the secret, so only their kind is told.
                    raise StorageUnavailable(
                        f"The system's keyring {failing} the secret {name}: "
                        f"{type(error).__name__}.",
                        "Look into the keyring's own program, then try again.",
                    ) from None
            self._note = _NO_KEYRING
            return in_memory()


def _check(name: str, text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError(
            f"The secret {name} has half a character in it, which no keyring takes.",
            "Type it again.",
        ) from None
    if "\0" in text:
        raise UsageError(f"The secret {name} has a NUL character in it.", "Type it again.")
    if sys.platform == "win32" and len(text.encode("utf-16-le")) > _WINDOWS_LIMIT_BYTES:
        raise UsageError(
            f"The secret {name} is longer than the {_WINDOWS_LIMIT_BYTES // 2:,} characters that "
            "Windows keeps.",
            "Split it into two variables.",
        )


def keyring_name() -> str:
    """What the keyring of this system is called here; empty where none can be used."""
    backend = _backend_of_system()
    return "" if backend is None else type(backend).__module__.rpartition(".")[2]


def _backend_of_system() -> KeyringBackend | None:
    """The keyring of this system, if there is one that works.

    Chosen here and not by the package's own search, which would also take one that a setting of
    the user names, such as a plain file, and finds none in a frozen program.
    """
    try:
        for kind in _kinds():
            if kind.viable:
                return kind()
    except Exception:  # noqa: BLE001 - a broken keyring is none; the note says so
        return None
    return None


def _kinds() -> tuple[type[KeyringBackend], ...]:
    if sys.platform == "win32":
        from keyring.backends.Windows import WinVaultKeyring  # noqa: PLC0415 - its system only

        return (WinVaultKeyring,)
    if sys.platform == "darwin":
        from keyring.backends.macOS import Keyring as Keychain  # noqa: PLC0415 - its system only

        return (Keychain,)
    from keyring.backends.kwallet import DBusKeyring  # noqa: PLC0415 - its system only
    from keyring.backends.SecretService import Keyring as SecretService  # noqa: PLC0415

    return (SecretService, DBusKeyring)
