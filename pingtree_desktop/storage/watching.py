"""What the workspace's files look like from outside: cheap to take, the same until one changes.

Reads no file, only folders; call it from a worker thread.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pingtree_desktop.storage.files import reason, shown
from pingtree_desktop.storage.places import Places

CAMPAIGN_FILE = "campaign.toml"
PROFILES = "profiles"

Stamp = tuple[int, int, int]
"""Size, time of the last change in nanoseconds, and inode."""

_UNKNOWN: Stamp = (-1, -1, -1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignSeen:
    """One campaign's folder: its file's stamp if it has one, its profiles' by their file names.

    `unread` says why the profiles could not be listed.
    """

    name: str
    file: Stamp | None
    profiles: Mapping[str, Stamp]
    unread: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Everything that is watched; equal to an earlier one while nothing changed."""

    campaigns: tuple[CampaignSeen, ...]
    environments: Stamp | None
    unread: str = ""


def look(places: Places) -> Seen:
    """Take the stamps of all campaign, profile and environment files, in the order of names."""
    names, unread = _folders(places.campaigns)
    return Seen(
        campaigns=tuple(_campaign(places.campaigns, name) for name in names),
        environments=_stamp(places.environments_file),
        unread=unread,
    )


def _folders(folder: Path) -> tuple[list[str], str]:
    try:
        with os.scandir(folder) as entries:
            names = [e.name for e in entries if not e.name.startswith(".") and e.is_dir()]
    except FileNotFoundError:
        return [], ""
    except OSError as error:
        return [], unlisted(folder, error)
    return sorted(names), ""


def _campaign(campaigns: Path, name: str) -> CampaignSeen:
    profiles, unread = _profiles(campaigns / name / PROFILES)
    file = _stamp(campaigns / name / CAMPAIGN_FILE)
    return CampaignSeen(name=name, file=file, profiles=profiles, unread=unread)


def _profiles(folder: Path) -> tuple[dict[str, Stamp], str]:
    found: dict[str, Stamp] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(".toml") and entry.name[0] != "." and entry.is_file():
                    try:
                        told = entry.stat()
                        found[entry.name] = (told.st_size, told.st_mtime_ns, told.st_ino)
                    except FileNotFoundError:
                        pass  # removed since it was listed
                    except OSError:
                        found[entry.name] = _UNKNOWN  # whoever reads it finds out why
    except FileNotFoundError:
        return {}, ""
    except OSError as error:
        return {}, unlisted(folder, error)
    return dict(sorted(found.items())), ""


def _stamp(file: Path) -> Stamp | None:
    try:
        told = file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return _UNKNOWN
    return told.st_size, told.st_mtime_ns, told.st_ino


def unlisted(folder: Path, error: OSError) -> str:
    """The sentence on a folder that cannot be listed."""
    return f"The folder {shown(folder)} cannot be read: {reason(error)}."
