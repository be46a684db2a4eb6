"""What the program remembers between two starts: preferences and the window's shape.

One small JSON file.  Unknown keys are kept; an unreadable file is set aside and said so.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

from pingtree_desktop.domain.environment import SANDBOX
from pingtree_desktop.domain.errors import PingTreeError, StorageUnavailable, UnreadableInput
from pingtree_desktop.storage.event_codec import text_from_json, text_to_json
from pingtree_desktop.storage.files import read_text, set_aside, shown, write_text
from pingtree_desktop.storage.places import Places
from pingtree_desktop.storage.retention import Retention

_TEXTS = ("theme", "environment", "view", "open_profile")
_KNOWN = {*_TEXTS, "window_size", "geometry", "splitters", "history_columns", "retention"}
_KNOWN |= {"recent_workspaces"}
MOST_RECENT = 10


def _empty() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Preferences and the window as it was left.

    `theme` is light, dark or system; `environment` the name chosen at start; `open_profile`
    `campaign/slug`.  `window_size` and the sizes in `splitters` are pixels, `geometry` is the
    toolkit's own blob.  `history_columns` are keys, none for the usual ones.
    `recent_workspaces` are folders, the one opened last first (see `recent_workspaces`).
    `extra` holds the keys of other versions.
    """

    theme: str = "system"
    environment: str = SANDBOX.name
    view: str = "compose"
    open_profile: str = ""
    window_size: tuple[int, int] | None = None
    geometry: bytes = b""
    splitters: Mapping[str, tuple[int, ...]] = field(default_factory=_empty)
    history_columns: tuple[str, ...] = ()
    retention: Retention = field(default_factory=Retention)
    recent_workspaces: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=_empty)


def load_settings(places: Places) -> tuple[Settings, PingTreeError | None]:
    """The settings; where the file cannot be read, the defaults and the problem to show.

    A file that cannot be understood is kept beside as `.bad`.
    """
    path = places.settings_file
    if not path.exists():
        return Settings(), None
    try:
        return _from_json(json.loads(read_text(path))), None
    except StorageUnavailable as error:
        return Settings(), error
    except (ValueError, TypeError, AttributeError, RecursionError, UnreadableInput):
        try:
            kept = set_aside(path)
        except StorageUnavailable as error:
            return Settings(), error
        problem = UnreadableInput(
            f"The settings in {shown(path)} could not be read, so the defaults are used.",
            f"The old file is kept as {shown(kept)}.",
        )
        return Settings(), problem


def save_settings(places: Places, settings: Settings) -> None:
    """Write the settings in one step.  Raises StorageUnavailable."""
    data: dict[str, Any] = dict(settings.extra)
    data |= {key: text_to_json(getattr(settings, key)) for key in _TEXTS}
    data["geometry"] = base64.b64encode(settings.geometry).decode("ascii")
    data["splitters"] = {name: list(sizes) for name, sizes in settings.splitters.items()}
    data["history_columns"] = list(settings.history_columns)
    data["retention"] = asdict(settings.retention)
    data["recent_workspaces"] = [text_to_json(root) for root in settings.recent_workspaces]
    data["window_size"] = list(settings.window_size) if settings.window_size else None
    text = json.dumps(data, ensure_ascii=True, indent=2, sort_keys=True)
    write_text(places.settings_file, text + "\n")


def _from_json(data: Any) -> Settings:
    default = Settings()
    texts = {key: text_from_json(data.get(key, getattr(default, key))) for key in _TEXTS}
    sizes = data.get("splitters", {}).items()
    window_size = data.get("window_size")
    return Settings(
        **texts,
        window_size=None if window_size is None else _pair(window_size),
        geometry=base64.b64decode(data.get("geometry", ""), validate=True),
        splitters=MappingProxyType({name: tuple(int(n) for n in sizes) for name, sizes in sizes}),
        history_columns=tuple(str(key) for key in data.get("history_columns", ())),
        retention=Retention(**{name: _limit(n) for name, n in data.get("retention", {}).items()}),
        recent_workspaces=tuple(map(text_from_json, data.get("recent_workspaces", ())))[
            :MOST_RECENT
        ],
        extra=MappingProxyType({key: data[key] for key in data if key not in _KNOWN}),
    )


def _limit(value: Any) -> int | None:
    return None if value is None else int(value)


def _pair(value: Any) -> tuple[int, int]:
    width, height = value
    return int(width), int(height)
