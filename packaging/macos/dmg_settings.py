"""The layout of the disk image, as dmgbuild reads it: the program, an arrow's way, Applications.

`defines` is dmgbuild's: -D app=PATH names the bundle.
"""

from pathlib import Path

app = Path(defines["app"])  # type: ignore[name-defined]  # noqa: F821 - given by dmgbuild
icon = str(Path(defines["icon"]))  # type: ignore[name-defined]  # noqa: F821

format = "ULFO"
filesystem = "HFS+"
files = [str(app)]
symlinks = {"Applications": "/Applications"}
icon_locations = {app.name: (150, 170), "Applications": (450, 170)}
window_rect = ((200, 200), (600, 380))
default_view = "icon-view"
show_icon_preview = False
show_status_bar = False
show_tab_view = False
show_toolbar = False
show_pathbar = False
show_sidebar = False
arrange_by = None
label_pos = "bottom"
text_size = 13
icon_size = 112
