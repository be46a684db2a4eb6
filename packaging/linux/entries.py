"""What a Linux desktop needs to show the program: entry, icons, file type, catalogue record.

Two of them are files beside this one; the others are made here from the one list of names.
"""

from __future__ import annotations

import time
from pathlib import Path
from xml.sax.saxutils import escape

import icons
import product

HERE = Path(__file__).resolve().parent
ICON_EDGES = (32, 64, 128, 256, 512)

_METAINFO = """\
<?xml version="1.0" encoding="UTF-8"?>
<component type="desktop-application">
  <id>{app_id}</id>
  <metadata_license>CC0-1.0</metadata_license>
  <project_license>MIT</project_license>
  <name>{app}</name>
  <summary>{summary}</summary>
  <developer id="{developer_id}">
    <name>{publisher}</name>
  </developer>
  <description>
    <p>{description}</p>
  </description>
  <launchable type="desktop-id">{name}.desktop</launchable>
  <icon type="stock">{name}</icon>
  <categories>
    <category>Development</category>
  </categories>
  <provides>
    <binary>{name}</binary>
    <binary>{terminal}</binary>
    <mediatype>{mime}</mediatype>
  </provides>
  <content_rating type="oars-1.1"/>
  <releases>
    <release version="{version}" date="{date}"/>
  </releases>
</component>
"""


def metainfo_text(version: str, epoch: int) -> str:
    """The AppStream record; `epoch` is the release's time in seconds since 1970."""
    values = {
        "app_id": product.APP_ID,
        "app": product.APP,
        "summary": product.SUMMARY,
        "developer_id": product.APP_ID.rpartition(".")[0],
        "publisher": product.PUBLISHER,
        "description": product.DESCRIPTION,
        "name": product.LINUX_NAME,
        "terminal": product.TERMINAL_PROGRAM,
        "mime": product.PROFILE_MIME,
        "version": version,
        "date": time.strftime("%Y-%m-%d", time.gmtime(epoch)),
    }
    return _METAINFO.format(**{key: escape(value) for key, value in values.items()})


def shared_files(version: str, epoch: int) -> dict[str, bytes]:
    """Everything that goes below `/usr/share`, by its place there."""
    name = product.LINUX_NAME
    icns = icons.ICNS.read_bytes()
    files = {
        f"applications/{name}.desktop": (HERE / f"{name}.desktop").read_bytes(),
        f"mime/packages/{name}.xml": (HERE / "mime.xml").read_bytes(),
        f"metainfo/{product.APP_ID}.metainfo.xml": metainfo_text(version, epoch).encode(),
        f"icons/hicolor/scalable/apps/{name}.svg": icons.tile_svg(
            icons.SOURCE.read_text("utf-8")
        ).encode(),
    }
    for edge in ICON_EDGES:
        place = f"icons/hicolor/{edge}x{edge}/apps/{name}.png"
        files[place] = icons.png_of(edge, icns)
    return files
