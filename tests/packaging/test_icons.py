"""The committed icons are those that the drawing gives, and every system's reader takes them."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import icons
import pytest

Image = pytest.importorskip("PIL.Image", reason="Pillow reads the icons in these tests")


@pytest.fixture(scope="module")
def made():
    return icons.pictures((*icons.ICO_SIZES, *icons.ICNS_KINDS.values()))


def pixels(data: bytes, size: int | None = None):
    picture = Image.open(io.BytesIO(data))
    if size is not None:
        picture.size = (size, size)
    return picture.convert("RGBA")


def farthest(one, other) -> int:
    """How far apart two pictures are where they differ most, of 255."""
    from PIL import ImageChops

    return max(high for _low, high in ImageChops.difference(one, other).getextrema())


def test_the_committed_icons_are_made_from_the_drawing(made):
    """By pixel: how a PNG is packed differs between versions of zlib."""
    ico, icns = icons.ICO.read_bytes(), icons.ICNS.read_bytes()
    for size in icons.ICO_SIZES:
        assert farthest(pixels(ico, size), pixels(icons.ico_bytes(made), size)) <= 2
    for size in set(icons.ICNS_KINDS.values()):
        assert farthest(pixels(icons.png_of(size, icns)), pixels(made[size][0])) <= 2


def test_making_them_twice_gives_the_same_bytes(made):
    again = icons.pictures((*icons.ICO_SIZES, *icons.ICNS_KINDS.values()))
    assert icons.ico_bytes(again) == icons.ico_bytes(made)
    assert icons.icns_bytes(again) == icons.icns_bytes(made)


def test_another_drawing_is_noticed(made, tmp_path, monkeypatch, capsys):
    other = tmp_path / "app.svg"
    drawing = icons.SOURCE.read_text("utf-8").replace('r="2.6"', 'r="1.6"')
    other.write_text(drawing, "utf-8")
    monkeypatch.setattr(icons, "SOURCE", other)
    assert icons.main(["check"]) == 1
    assert "app.ico, app.icns" in capsys.readouterr().err


def test_the_windows_icon_has_every_size():
    with Image.open(icons.ICO) as picture:
        assert picture.info["sizes"] == {(size, size) for size in icons.ICO_SIZES}
    for size in icons.ICO_SIZES:
        loaded = pixels(icons.ICO.read_bytes(), size)
        assert loaded.getpixel((0, 0))[3] == 0, "the corner is clear"
        red, green, blue, alpha = loaded.getpixel((size // 2, size // 8))
        assert alpha == 255
        assert blue > green > red


def test_the_macos_icon_is_sound():
    icnsutil = pytest.importorskip("icnsutil", reason="it reads .icns files in this test")
    found = icnsutil.IcnsFile(str(icons.ICNS))
    assert {kind.decode() if isinstance(kind, bytes) else kind for kind in found.media} == set(
        icons.ICNS_KINDS
    )
    assert list(icnsutil.IcnsFile.verify(str(icons.ICNS))) == []


def test_the_tile_is_a_drawing():
    tree = ElementTree.fromstring(icons.tile_svg(icons.SOURCE.read_text("utf-8")))
    assert tree.tag.endswith("svg")
    with pytest.raises(ValueError, match="not a drawing of 24 by 24"):
        icons.tile_svg('<svg viewBox="0 0 10 10"></svg>')


def test_a_size_that_is_not_there():
    with pytest.raises(KeyError):
        icons.png_of(48, icons.ICNS.read_bytes())
