"""What may be inside the frozen program, what must be, and how large it may become.

Three lists: TRIM is what the freezer collects and nobody needs; ALLOWED is everything that may
be there, by pattern; whatever else turns up is an error.  `check` reads a frozen folder of any
system on any system.
"""

from __future__ import annotations

import hashlib
import json
import os
import posixpath
import re
import stat
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path, PurePosixPath

import components
import notices
import product
import traces
import version

INSIDE = "_internal"
MANIFEST = "pingtree_desktop/frozen.json"
RESOURCES = "pingtree_desktop/_resources"
NOTICES = "THIRD-PARTY-NOTICES.txt"
LICENSE = "LICENSE.txt"

# Installed size, in bytes.  Linux carries ICU's data (32 MB), which Windows and macOS have, and
# the ciphers that talk to its keyring (12 MB).
LIMIT_BYTES = {"linux": 135_000_000, "win32": 110_000_000, "darwin": 130_000_000}

# Modules that no part of the program uses, though something it imports mentions them.
EXCLUDED_MODULES = (
    "tkinter", "_tkinter", "test", "unittest", "pydoc", "pydoc_data", "doctest", "pdb", "bdb",
    "lib2to3", "idlelib", "ensurepip", "venv", "turtle", "turtledemo", "curses", "_curses",
    "readline", "sqlite3", "_sqlite3", "dbm", "xmlrpc", "distutils", "pip", "setuptools",
    "bz2", "_bz2", "lzma", "_lzma", "_uuid",
    "pkg_resources", "trio", "curio", "uvloop", "winloop", "rich", "click", "pygments", "h2",
    "socksio", "brotli", "brotlicffi", "zstandard", "numpy", "IPython", "pytest", "_pytest",
    "PySide6.QtNetwork", "PySide6.QtDBus", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtOpenGL",
    "PySide6.QtOpenGLWidgets", "PySide6.QtPrintSupport", "PySide6.QtTest", "PySide6.QtSql",
    "PySide6.QtDesigner", "PySide6.QtHelp", "PySide6.QtUiTools", "PySide6.QtXml",
    "PySide6.QtConcurrent", "PySide6.QtSvgWidgets", "PySide6.scripts", "PySide6.support",
    "PyQt5", "PyQt6", "PySide2",
)  # fmt: skip

# Parts of Qt by the place the freezer puts them, with forward slashes.
TRIM = re.compile(
    r"""
      PySide6/(Qt/)?(qml|translations|resources|libexec|metatypes|typesystems|include)/
    | plugins/(qmltooling|qmllint|virtualkeyboard|tls|networkinformation|generic|designer
              |scxmldatamodel|egldeviceintegrations|xcbglintegrations|sqldrivers|printsupport
              |vectorimageformats|wayland-graphics-integration-(client|server)|wayland-inputdevice
              |assetimporters|renderers|sceneparsers|geometryloaders|multimedia|position)
    | plugins/platforminputcontexts/(lib)?qtvirtualkeyboard
    | plugins/platformthemes/libqgtk3
    | plugins/platforms/(lib)?q(eglfs|linuxfb|vnc|vkkhrdisplay|minimalegl|minimal|direct2d|wasm|ios)
    | plugins/imageformats/(lib)?q(?!svg|ico)\w+\.
    | plugins/wayland-shell-integration/lib(?!xdg-shell)
    | (lib)?Qt6?(Qml|Quick|Pdf|VirtualKeyboard|Network|OpenGL|OpenGLWidgets|Labs
              |EglFSDeviceIntegration|EglFsKmsSupport|Sql|PrintSupport|Test|Xml|Concurrent|Designer|Help|UiTools)\w*\.
    | PySide6/Qt(Network|DBus)\.
    | ^Qt(Qml|Quick|Pdf|VirtualKeyboard|Network|OpenGL|OpenGLWidgets|Labs|Sql|PrintSupport|Test|Xml
          |Concurrent|Designer|Help|UiTools)\w*$  # macOS: links to frameworks that are left out
    | (^|/)(opengl32sw|d3dcompiler_\d+)\.dll$
    | (^|/)(api-ms-win-[\w-]+|ucrtbase)\.dll$
    | (^|/)py\.typed$ | \.pyi$
    | ^tzdata/zoneinfo/(?:[\w/+-]*/)?__pycache__
    | ^[\w.-]+\.dist-info/(?!METADATA$)
    """,
    re.VERBOSE,
)

# Libraries of the Linux system that travel with the program: Python's own, and those that a
# desktop without another Qt program lacks.  All others are the system's: mixing two C++ or GLib
# or X11 libraries in one process breaks graphics drivers and input methods.
LINUX_LIBRARIES = re.compile(
    r"lib(python3|ssl|crypto|ffi|bz2|lzma|uuid|mpdec|expat(?=\.so\.1python)"
    r"|xcb-(cursor|icccm|image|keysyms|render-util|util)|xkbcommon(-x11)?"
    r"|Qt6\w+|icu(data|i18n|uc)|pyside6|shiboken6)[.\d\w-]*\.so"
)
# What the system has to have, as the package's dependencies name it (packaging/linux).
SYSTEM_LIBRARIES = re.compile(
    r"(ld-linux-[\w-]+|linux-vdso|lib(c|m|dl|rt|pthread|util|gcc_s|stdc\+\+|z|zstd|glib-2\.0|gthread-2\.0"
    r"|dbus-1|fontconfig|freetype|X11|X11-xcb|EGL|GL|wayland-(client|cursor|egl)"
    r"|xcb(-(glx|randr|render|shape|shm|sync|xfixes|xinerama|xkb))?))\.so\.\d+"
)

_ANY = r"[\w.+ -]+"
_PLUGIN = {
    "linux": r"lib[\w-]+\.so",
    "win32": r"\w+\.dll",
    "darwin": r"lib\w+\.dylib",
}
_COMMON = (
    rf"(?:{re.escape(NOTICES)}|{re.escape(LICENSE)})",
    re.escape(MANIFEST),
    rf"{RESOURCES}/(?:icons|theme|samples|help)/{_ANY}\.(?:svg|qss|toml|md|png|css|html|json)",
    rf"{RESOURCES}/app\.(?:ico|icns|png)",
    rf"{RESOURCES}/release\.json",
    r"base_library\.zip",
    r"certifi/cacert\.pem",
    r"tzdata/(?:zones|zoneinfo/[\w/+.-]+)",
    r"[\w.-]+\.dist-info/METADATA",
)
_LINUX = (
    LINUX_LIBRARIES.pattern + r"(?:\.[\w.]+)?",
    r"(?:python3\.\d+/)?lib-dynload/\w+\.cpython-\w+-[\w-]+\.so",
    r"apsw/__init__\.[\w-]+\.so",
    r"_cffi_backend\.[\w-]+\.so",
    r"cryptography/hazmat/bindings/_rust\.abi3\.so",
    r"PySide6/Qt(?:Core|Gui|Widgets|Svg)\.abi3\.so",
    r"(?:PySide6|shiboken6)/lib(?:pyside6|shiboken6)\.abi3\.so[.\d]*",
    r"shiboken6/Shiboken\.abi3\.so",
    r"PySide6/Qt/lib/lib(?:Qt6(?:Core|Gui|Widgets|Svg|DBus|XcbQpa|WaylandClient|WlShellIntegration)"
    r"|icu(?:data|i18n|uc))\.so\.\d+",
)
_WINDOWS = (
    r"python3(?:\d+)?\.dll", r"(?:libcrypto|libssl)-3(?:-x64)?\.dll", r"libffi-8\.dll",
    r"(?i:vcruntime140|vcruntime140_1|msvcp140|msvcp140_[12])\.dll",
    r"\w+\.pyd", r"apsw/__init__\.[\w-]+\.pyd",
    r"PySide6/Qt(?:Core|Gui|Widgets|Svg)\.pyd", r"PySide6/Qt6(?:Core|Gui|Widgets|Svg)\.dll",
    r"(?:PySide6|shiboken6)/(?:pyside6|shiboken6)\.abi3\.dll", r"shiboken6/Shiboken\.pyd",
    r"(?:PySide6|shiboken6)/(?i:vcruntime140|vcruntime140_1|msvcp140|msvcp140_[12]|concrt140)\.dll",
)  # fmt: skip
_DARWIN = (
    r"Python(?:\.framework/.+)?",
    r"lib(?:python3\.\d+|crypto\.3|ssl\.3|ffi\.8|lzma\.5|z\.1)\.dylib",
    r"lib(?:pyside6|shiboken6)\.abi3[.\d]*\.dylib",
    r"(?:python3\.\d+/)?lib-dynload/\w+\.cpython-\w+-darwin\.so",
    r"apsw/__init__\.[\w-]+\.so", r"PySide6/Qt(?:Core|Gui|Widgets|Svg)\.abi3\.so",
    r"(?:PySide6|shiboken6)/lib(?:pyside6|shiboken6)\.abi3[.\d]*\.dylib",
    r"shiboken6/Shiboken\.abi3\.so", r"Qt(?:Core|Gui|Widgets|Svg|DBus)",
    r"PySide6/Qt/lib/Qt(?:Core|Gui|Widgets|Svg|DBus)\.framework/.+",
)  # fmt: skip
_PLUGIN_FOLDERS = {
    "linux": "platforms|platformthemes|platforminputcontexts|iconengines|imageformats"
    "|wayland-shell-integration|wayland-decoration-client",
    "win32": "platforms|styles|iconengines|imageformats",
    "darwin": "platforms|styles|iconengines|imageformats",
}
_OF_SYSTEM = {"linux": _LINUX, "win32": _WINDOWS, "darwin": _DARWIN}

REQUIRED_PLUGINS = {
    "linux": ("platforms/libqxcb.so", "platforms/libqoffscreen.so", "platforms/libqwayland.so"),
    "win32": ("platforms/qwindows.dll", "platforms/qoffscreen.dll"),
    "darwin": ("platforms/libqcocoa.dylib", "platforms/libqoffscreen.dylib"),
}
_IMAGE_PLUGIN = {
    "linux": "imageformats/libqsvg.so",
    "win32": "imageformats/qsvg.dll",
    "darwin": "imageformats/libqsvg.dylib",
}

# Never part of a payload, however it got there; said by name, as it is worse than a stranger.
FORBIDDEN = re.compile(
    r"(^|/)(tests?|testing|__pycache__|\.git|\.venv|node_modules)(/|$)|(^|/)(test_\w+|conftest)\.py"
    r"|\.(pfx|p12|key|pdb|lib|exp|log|db|sqlite|py|pyc|orig|rej)$|(^|/)\.env"
    r"|(^|/)(icuuc|mscms)\.dll$|(^|/)_wmi\.pyd\.off$|wine",
    re.IGNORECASE,
)


def keep(name: str, system: str) -> bool:
    """Whether a collected file is part of the program; `name` is its place inside."""
    name = name.replace("\\", "/")
    if TRIM.search(name):
        return False
    if system == "linux" and "/" not in name and ".so" in name:
        return LINUX_LIBRARIES.match(name) is not None or name.startswith("_cffi_backend.")
    return True


def kept(collected: Iterable[tuple[str, str, str]], system: str) -> set[str]:
    """The places of those collected files, as PyInstaller lists them, that are of the program.

    The freezer also makes links, above all on macOS; one whose file is left out goes with it.
    """
    places: set[str] = set()
    links: dict[str, str] = {}
    for name, source, kind in collected:
        place = name.replace("\\", "/")
        if keep(place, system):
            places.add(place)
            if kind == "SYMLINK":
                links[place] = source.replace("\\", "/")
    there = {
        str(folder) for place in places - links.keys() for folder in PurePosixPath(place).parents
    }
    there |= places - links.keys()
    return {place for place in places if _followed(place, links) in there}


def _followed(place: str, links: Mapping[str, str]) -> str:
    """Where a place leads when every link on its way is followed; an empty text in a circle."""
    for _ in range(len(links) + 1):
        path = PurePosixPath(place)
        chain = [str(one) for one in (*reversed(path.parents), path)]
        link = next((one for one in chain if one in links), None)
        if link is None:
            return place
        target = posixpath.join(posixpath.dirname(link), links[link], place[len(link) + 1 :])
        place = posixpath.normpath(target)
    return ""


def allowed(system: str) -> re.Pattern[str]:
    """The pattern that each file inside `_internal` has to match as a whole."""
    plugins = rf"PySide6/(?:Qt/)?plugins/(?:{_PLUGIN_FOLDERS[system]})/{_PLUGIN[system]}"
    return re.compile("|".join(f"(?:{one})" for one in (*_COMMON, *_OF_SYSTEM[system], plugins)))


def files(folder: Path) -> list[str]:
    """Every file below a folder by its place inside, sorted, with forward slashes."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    )


def size_bytes(folder: Path) -> int:
    """What the files take; a symbolic link takes nothing."""
    return sum(
        (folder / name).stat().st_size for name in files(folder) if not (folder / name).is_symlink()
    )


def digest(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def resource_digests(folder: Path = product.RESOURCES) -> dict[str, str]:
    """The SHA-256 of each resource by its place."""
    return {name: digest(folder / name) for name in files(folder)}


def check(folder: Path, system: str) -> list[str]:
    """Everything that is wrong with a frozen folder; an empty list when it is good."""
    if not folder.is_dir():
        return [f"{folder} is not there: freeze first."]
    names = files(folder)
    return [
        *_strangers(names, system),
        *traces.problems(folder, names),
        *_missing(names, system),
        *_terms(folder, system),
        *_rights(folder, names, system),
        *_resources(folder),
        *_manifest(folder),
        *_links(folder, names),
        *_size(folder, system),
    ]


def _strangers(names: Iterable[str], system: str) -> Iterable[str]:
    programs = set(product.program_files(system))
    pattern = allowed(system)
    for name in names:
        inside = name.removeprefix(f"{INSIDE}/")
        if FORBIDDEN.search(name):
            yield f"{name} must not be part of the program."
        elif name not in programs and not (name != inside and pattern.fullmatch(inside)):
            yield f"{name} is not on the list of what may be part of the program."


def _terms(folder: Path, system: str) -> Iterable[str]:
    """Whether licence and notices are whole; which ones are there is told by `_missing`."""
    licence, told = folder / INSIDE / LICENSE, folder / INSIDE / NOTICES
    wanted = (product.ROOT / "LICENSE").read_text("utf-8").split()
    if licence.is_file() and licence.read_text("utf-8", "replace").split() != wanted:
        yield f"{INSIDE}/{LICENSE} is not the project's licence."
    if told.is_file():
        words = " ".join(told.read_text("utf-8", "replace").split())
        if any(part not in words for part in _parts_of_notices(system)):
            yield f"{INSIDE}/{NOTICES} lacks notices or terms of what is inside."


@cache
def _parts_of_notices(system: str) -> tuple[str, ...]:
    """What the notices have to hold, spaces aside.

    All of them where the program is frozen on this system; for another system's, the parts that
    do not depend on what is installed there.
    """
    if system == ("linux" if sys.platform.startswith("linux") else sys.platform):
        texts = [notices.notices_text(components.components(system))]
    else:
        texts = [notices.HEAD, *(text for one in components.natives(system) for text in one.texts)]
    return tuple(" ".join(text.split()) for text in texts)


def _rights(folder: Path, names: Iterable[str], system: str) -> Iterable[str]:
    """On a system with such rights: programs can be started, nothing gives more than that."""
    if system == "win32" or os.name == "nt":
        return
    programs = product.program_files(system)
    for name in names:
        mode = (folder / name).lstat().st_mode
        if stat.S_ISLNK(mode):
            continue
        if not stat.S_ISREG(mode):
            yield f"{name} is no regular file."
        elif mode & (stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX):
            yield f"{name} runs with another's rights (mode {stat.S_IMODE(mode):o})."
        elif name in programs and mode & 0o111 != 0o111:
            yield f"{name} is a program that nobody may start (mode {stat.S_IMODE(mode):o})."


# ---- the list of digests ---------------------------------------------------------------------


def list_file(folder: Path) -> Path:
    """Where the digests of a frozen folder are written down: beside it."""
    return folder.with_name(f"{folder.name}.sha256")


def mark(path: Path) -> str:
    """What tells one file from another: its digest, or where it leads if it is a link."""
    return f"-> {path.readlink().as_posix()}" if path.is_symlink() else digest(path)


def write_list(folder: Path) -> Path:
    """Write down what was frozen, so that nothing is added or changed unseen until it is packed."""
    text = "".join(f"{mark(folder / name)}  {name}\n" for name in files(folder))
    list_file(folder).write_text(text, "utf-8", newline="\n")
    return list_file(folder)


def check_list(folder: Path) -> list[str]:
    """How a frozen folder differs from what was written down when it was frozen."""
    file = list_file(folder)
    if not file.is_file():
        return [f"{file.name} is missing: freeze first."]
    told = {}
    for line in file.read_text("utf-8", "replace").splitlines():
        found, _, name = line.rpartition("  ")
        told[name] = found
    there = {name: mark(folder / name) for name in files(folder)}
    problems = []
    for name in sorted(told.keys() | there.keys()):
        if name not in there:
            problems.append(f"{name} was frozen and is gone.")
        elif name not in told:
            problems.append(f"{name} was not there when the program was frozen.")
        elif told[name] != there[name]:
            problems.append(f"{name} is not as it was frozen.")
    return problems


def _missing(names: Iterable[str], system: str) -> Iterable[str]:
    there = set(names)
    wanted = [*product.program_files(system), f"{INSIDE}/{NOTICES}", f"{INSIDE}/{LICENSE}"]
    wanted += [f"{INSIDE}/{MANIFEST}"]
    yield from (f"{name} is missing." for name in wanted if name not in there)
    for plugin in (*REQUIRED_PLUGINS[system], _IMAGE_PLUGIN[system]):
        if not any(name.endswith(f"plugins/{plugin}") for name in there):
            yield f"The Qt plugin {plugin} is missing."


def _resources(folder: Path) -> Iterable[str]:
    place = folder / INSIDE / RESOURCES
    ours, theirs = resource_digests(), resource_digests(place) if place.is_dir() else {}
    for name in sorted(ours.keys() | theirs.keys()):
        if name not in theirs:
            yield f"The resource {name} is missing."
        elif name not in ours:
            yield f"The resource {name} is not one of the source's."
        elif ours[name] != theirs[name]:
            yield f"The resource {name} is not the source's: its hash does not match."


def _manifest(folder: Path) -> Iterable[str]:
    file = folder / INSIDE / MANIFEST
    if not file.is_file():
        return
    try:
        told = dict(json.loads(file.read_text("utf-8")))
    except (ValueError, TypeError):
        yield f"{INSIDE}/{MANIFEST} is damaged: it is no manifest."
        return
    if told.get("version") != version.version():
        yield f"The program says version {told.get('version')}, the source {version.version()}."
    if told.get("resources") != resource_digests():
        yield "The list of resources inside the program is not the source's."


def _links(folder: Path, names: Iterable[str]) -> Iterable[str]:
    for name in names:
        link = folder / name
        if link.is_symlink() and folder.resolve() not in link.resolve().parents:
            yield f"{name} is a link that leads out of the program."
        elif link.is_symlink() and not link.exists():
            yield f"{name} is a link that leads nowhere."


def _size(folder: Path, system: str) -> Iterable[str]:
    size, limit = size_bytes(folder), LIMIT_BYTES[system]
    if size > limit:
        yield f"It takes {size / 1e6:.1f} MB; the limit is {limit / 1e6:.0f} MB."
