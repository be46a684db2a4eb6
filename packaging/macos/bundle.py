"""What macOS reads about the program: Info.plist and the entitlements of the hardened runtime."""

from __future__ import annotations

import plistlib
from pathlib import Path
from typing import Any

import product
import version as versions

ENTITLEMENTS = Path(__file__).resolve().parent / "entitlements.plist"
PROFILE_UTI = f"{product.BUNDLE_ID}.profile"
# The oldest macOS that each Qt supports, from Qt's own list of supported platforms.
QT_MINIMUM = {"6.8": "12.0", "6.9": "12.0", "6.10": "13.0", "6.11": "13.0"}


def info_plist(version: str) -> dict[str, Any]:
    """The entries that the freezer does not write by itself, and the ones it must not guess."""
    return {
        "CFBundleName": product.APP,
        "CFBundleDisplayName": product.APP,
        "CFBundleIdentifier": product.BUNDLE_ID,
        "CFBundleExecutable": product.WINDOW_PROGRAM,
        "CFBundleShortVersionString": versions.apple(version),
        "CFBundleVersion": versions.apple(version),
        "CFBundleDevelopmentRegion": "en",
        "LSApplicationCategoryType": "public.app-category.developer-tools",
        "LSMinimumSystemVersion": product.MACOS_MINIMUM,
        "LSBackgroundOnly": False,
        "NSHighResolutionCapable": True,
        "NSRequiresAquaSystemAppearance": False,  # follows light and dark
        "NSHumanReadableCopyright": product.COPYRIGHT,
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": product.PROFILE_KIND,
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Owner",
                "LSItemContentTypes": [PROFILE_UTI],
                "CFBundleTypeIconFile": "app.icns",
            }
        ],
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": PROFILE_UTI,
                "UTTypeDescription": product.PROFILE_KIND,
                "UTTypeConformsTo": ["public.text"],
                "UTTypeTagSpecification": {
                    "public.filename-extension": [product.PROFILE_ENDING.removeprefix(".")],
                    "public.mime-type": [product.PROFILE_MIME],
                },
            }
        ],
    }


def differences(app: Path, version: str) -> list[str]:
    """What a finished bundle's Info.plist says other than it has to."""
    file = app / "Contents" / "Info.plist"
    if not file.is_file():
        return [f"{app.name} has no Info.plist."]
    found = plistlib.loads(file.read_bytes())
    return [
        f"{app.name}: {key} is {found.get(key)!r}, not {wanted!r}."
        for key, wanted in info_plist(version).items()
        if found.get(key) != wanted
    ]
