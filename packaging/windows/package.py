"""Makes the Windows artefacts from a frozen folder: the setup program and a portable ZIP.

    python packaging/windows/package.py FROZEN OUT VERSION

Needs makensis (NSIS 3) and nothing of Windows.  The same frozen folder gives the same bytes on
every machine as long as nothing is signed; signing happens where `sign.py` finds a certificate.
"""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from pathlib import Path, PurePosixPath

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import payload
import product
from windows import sign
from windows.version_info import numbers, read_version_strings

HERE = Path(__file__).resolve().parent
SIGNER = HERE / "sign.py"
ICON = product.RESOURCES / "app.ico"
SETUP_LIMIT_BYTES = 45_000_000


class NotPackaged(Exception):
    """Something about the payload or the artefacts is not as it has to be; one sentence."""


def setup_name(version: str) -> str:
    """The setup program's file name; one called plain setup.exe would trip makensis."""
    return f"{product.FOLDER}-{version}-win64-setup{_unsigned()}.exe"


def zip_name(version: str) -> str:
    """The portable archive's file name."""
    return f"{product.FOLDER}-{version}-win64-portable{_unsigned()}.zip"


def _unsigned() -> str:
    """An unsigned build is named as one where releases are made, so nobody takes it for signed."""
    return "" if sign.is_wanted() or not os.environ.get("PINGTREE_RELEASE") else "-unsigned"


def artefact_names(version: str) -> list[str]:
    """The files that `package` makes."""
    return [setup_name(version), zip_name(version)]


def programs(frozen: Path) -> list[Path]:
    """The programs of a frozen folder, the window's first."""
    return [frozen / name for name in product.program_files("win32")]


def check_programs(frozen: Path, version: str) -> None:
    """Refuse programs whose version resource is not of this version.  Raises NotPackaged."""
    for program in programs(frozen):
        if not program.is_file():
            raise NotPackaged(f"{frozen} holds no {program.name}: freeze for Windows first.")
        _check_version(program, version)


def _check_version(program: Path, version: str) -> None:
    strings = read_version_strings(program)
    for key in ("ProductVersion", "FileVersion"):
        if strings.get(key) != version:
            raise NotPackaged(
                f"{program.name} says {key} {strings.get(key, '(nothing)')!r}, not {version!r}."
            )


def package(frozen: Path, out: Path, version: str) -> list[Path]:
    """Make setup and ZIP from a frozen folder.  Raises NotPackaged."""
    frozen, out = frozen.resolve(), out.resolve()
    check_programs(frozen, version)
    out.mkdir(parents=True, exist_ok=True)
    try:
        for program in programs(frozen):
            sign.sign(program)
        _set_times(frozen)
        setup = make_setup(frozen, out, version)
        sign.sign(setup)
    except sign.CannotSign as error:
        raise NotPackaged(str(error)) from error
    return [setup, make_zip(frozen, out, version)]


def _set_times(frozen: Path) -> None:
    seconds = product.source_date_epoch()  # NSIS and ZIP store times
    for path in [frozen, *frozen.rglob("*")]:
        os.utime(path, (seconds, seconds))


def makensis() -> str:
    """The NSIS compiler.  Raises NotPackaged when there is none."""
    usual = Path(os.environ.get("PROGRAMFILES(X86)", "")) / "NSIS" / "makensis.exe"
    found = shutil.which("makensis") or (str(usual) if usual.is_file() else None)
    if found is None:
        raise NotPackaged("makensis is not installed (Debian: apt install nsis).")
    return found


def make_setup(frozen: Path, out: Path, version: str) -> Path:
    """Compile the installer; warnings are errors."""
    setup = out / setup_name(version)
    files = payload.files(frozen)
    defines = {
        "VERSION": version,
        "NUMERIC": ".".join(map(str, numbers(version))),
        "PUBLISHER": product.PUBLISHER,
        "COPYRIGHT": product.COPYRIGHT,
        "EXE": programs(frozen)[0].name,
        "SIZE_KB": str(payload.size_bytes(frozen) // 1024),
        "OUTFILE": str(setup),
    }
    if ICON.is_file():
        defines["ICON"] = str(ICON)
    if sign.is_wanted():
        defines["SIGN_UNINSTALLER"] = _command([sys.executable, str(SIGNER)])
    setup.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        listing = Path(folder) / "files.nsh"
        listing.write_text(listing_text(frozen, files), "utf-8")
        command = [makensis(), "-V2", "-WX", "-INPUTCHARSET", "UTF8", f"-DFILES={listing}"]
        command += [f"-D{key}={value}" for key, value in defines.items()]
        env = {**os.environ, "SOURCE_DATE_EPOCH": str(product.source_date_epoch())}
        done = subprocess.run(
            [*command, str(HERE / "installer.nsi")],
            env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode != 0 or not setup.is_file():
        said = (done.stderr + done.stdout).strip()
        raise NotPackaged(f"makensis did not make the installer: {said[-800:]}")
    return setup


def _command(parts: list[str]) -> str:
    return " ".join(f'"{part}"' if os.name == "nt" else shlex.quote(part) for part in parts)


def listing_text(frozen: Path, names: list[str]) -> str:
    """The part of the installer that names the payload, file by file in one fixed order."""
    files = [PurePosixPath(name) for name in names]
    tops = sorted({file.parts[0] for file in files})
    programs = [top for top in tops if top.lower().endswith(".exe")]
    lines = ["!macro PAYLOAD_FILES"]
    folder = None
    for file in files:
        if file.parent != folder:
            folder = file.parent
            inside = "" if folder == PurePosixPath() else "\\" + "\\".join(folder.parts)
            lines.append(f'  SetOutPath "$INSTDIR{_escaped(inside)}"')
        # The source is taken as it stands, the name at the person's is a text with variables.
        source = _plain(str(frozen.joinpath(*file.parts)))
        lines.append(f'  File "/oname={_escaped(file.name)}" "{source}"')
    lines.append("!macroend")
    for macro, entries in (("EACH_ENTRY", tops), ("EACH_PROGRAM", programs)):
        lines.append(f"!macro {macro} ACTION")
        lines += [f'  !insertmacro ${{ACTION}} "{_escaped(entry)}"' for entry in entries]
        lines.append("!macroend")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return _plain(text).replace("$", "$$")


def _plain(text: str) -> str:
    if any(odd in text for odd in ('"', "`", "\n", "*", "?", "${")):
        raise NotPackaged(f"{text!r} is a file name that an installer cannot hold.")
    return text


def make_zip(frozen: Path, out: Path, version: str) -> Path:
    """The portable ZIP: one folder, unpack and start; sorted, with one time for all files."""
    archive = out / zip_name(version)
    moment = time.gmtime(product.source_date_epoch())[:6]
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for file in payload.files(frozen):
            entry = zipfile.ZipInfo(f"{_zip_folder(version)}/{file}", moment)
            entry.create_system = 0  # as made on Windows, on every system
            entry.external_attr = stat.FILE_ATTRIBUTE_ARCHIVE
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, (frozen / file).read_bytes())
    return archive


def _zip_folder(version: str) -> str:
    return f"{product.APP} {version}"


def verify(frozen: Path, out: Path, version: str) -> None:
    """Check the finished artefacts against the frozen folder.  Raises NotPackaged."""
    check_programs(frozen, version)
    setup, archive = out / setup_name(version), out / zip_name(version)
    for file in (setup, archive):
        if not file.is_file():
            raise NotPackaged(f"{file.name} is missing.")
    if setup.stat().st_size > SETUP_LIMIT_BYTES:
        raise NotPackaged(
            f"{setup.name} has {setup.stat().st_size / 1e6:.1f} MB; the limit is "
            f"{SETUP_LIMIT_BYTES / 1e6:.0f} MB."
        )
    _check_version(setup, version)
    try:
        _compare(frozen, archive, version)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise NotPackaged(f"{archive.name} is damaged: {error}.") from error
    check_setup(frozen, setup, version)
    if sign.is_wanted():
        for file in (setup, *programs(frozen)):
            if not sign.is_signed(file):
                raise NotPackaged(f"{file.name} is not signed, though a certificate was named.")


def check_setup(frozen: Path, setup: Path, version: str) -> None:
    """Refuse a setup that holds anything but the payload.  Raises NotPackaged.

    7-Zip looks into it where it is installed; else it is made once more, which gives the same
    bytes as long as nothing is signed.
    """
    unpacker = next((name for name in ("7z", "7zz") if shutil.which(name)), None)
    with tempfile.TemporaryDirectory() as scratch:
        if unpacker is not None:
            _check_unpacked(frozen, setup, unpacker, Path(scratch))
        elif sign.is_wanted():
            raise NotPackaged("Looking into a signed setup needs 7z (Debian: p7zip-full).")
        else:
            again = make_setup(frozen, Path(scratch), version)
            if payload.digest(again) != payload.digest(setup):
                raise NotPackaged(f"{setup.name} is not what this payload gives.")


def _check_unpacked(frozen: Path, setup: Path, unpacker: str, target: Path) -> None:
    done = subprocess.run(
        [unpacker, "x", "-y", f"-o{target}", str(setup)],
        capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise NotPackaged(f"{setup.name} is damaged: {said[-1] if said else 'no reason given'}.")
    own = ("$PLUGINSDIR/", "uninstall.exe")  # the installer's
    found = {name for name in payload.files(target) if not name.startswith(own)}
    wanted = set(payload.files(frozen))
    for name in sorted(found ^ wanted):
        says = "lacks" if name in wanted else "holds, against the payload,"
        raise NotPackaged(f"{setup.name} {says} {name}.")
    for name in sorted(found):
        if payload.digest(target / name) != payload.digest(frozen / name):
            raise NotPackaged(f"{setup.name}: {name} differs from the payload.")


def _compare(frozen: Path, archive: Path, version: str) -> None:
    wanted = {f"{_zip_folder(version)}/{name}": name for name in payload.files(frozen)}
    with zipfile.ZipFile(archive) as packed:
        names = packed.namelist()
        for name in sorted(set(names) ^ set(wanted)):
            says = "lacks" if name in wanted else "holds, against the payload,"
            raise NotPackaged(f"{archive.name} {says} {name}.")
        for name in names:
            if packed.read(name) != (frozen / wanted[name]).read_bytes():
                raise NotPackaged(f"{archive.name}: {name} differs from the payload.")


def main(arguments: list[str]) -> int:
    if len(arguments) != 3:
        sys.stderr.write("Usage: package.py FROZEN OUT VERSION\n")
        return 2
    frozen, out, version = Path(arguments[0]), Path(arguments[1]), arguments[2]
    try:
        for made in package(frozen, out, version):
            sys.stdout.write(f"{made}  {made.stat().st_size:,} bytes\n")
        verify(frozen.resolve(), out.resolve(), version)
    except NotPackaged as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
