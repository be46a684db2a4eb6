"""Third-party notices, bill of materials and sums: complete, valid, and of this very payload."""

from __future__ import annotations

import json
import sys

import components
import lock
import notices
import payload
import pytest
import sbom
import sums

EPOCH = 1_763_900_000


@pytest.fixture(scope="module")
def found():
    return components.components("linux")


def test_the_notices_hold_every_licence(found):
    text = notices.notices_text(found)
    for one in found:
        assert f"{one.name} {one.version}".strip() + f": {one.licence}\n" in text
    assert "GNU LESSER GENERAL PUBLIC LICENSE\n" in text
    assert "GNU GENERAL PUBLIC LICENSE\n" in text
    assert "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2\n" in text
    assert "you may replace them" in text
    assert text.count("GNU LESSER GENERAL PUBLIC LICENSE\n") == 1


def test_the_notices_are_the_same_each_time(found):
    assert notices.notices_text(found) == notices.notices_text(tuple(reversed(found)))


def test_everything_locked_for_the_program_is_named(found):
    from packaging.markers import Marker

    from packaging.requirements import Requirement

    pins = lock.read_lock((lock.REQUIREMENTS / "run.txt").read_text("utf-8"))
    builders = {lock.canonical(Requirement(text).name) for text in lock.BUILD.splitlines()}
    builders |= {"packaging", "pathspec", "pluggy", "trove-classifiers"}  # what those two need
    ours = {lock.canonical(one.name) for one in found if one.is_python}
    here = {key for key, pin in pins.items() if not pin.marker or Marker(pin.marker).evaluate()}
    assert ours == here - builders
    assert {"keyring", "secretstorage"} <= ours


def test_each_native_part_has_its_text(found):
    for system in ("linux", "win32", "darwin"):
        names = {one.name for one in components.natives(system)}
        assert {"Qt", "CPython", "OpenSSL", "SQLite", "zlib"} <= names
        assert ("xcb-util" in names) == (system == "linux")
    assert all(one.texts and all(one.texts) for one in components.natives("linux"))


def test_a_distribution_that_is_not_there():
    with pytest.raises(components.Incomplete, match="no-such-thing is not installed here"):
        components._distribution("no-such-thing")


def test_a_distribution_without_a_licence_text(tmp_path, monkeypatch):
    folder = tmp_path / "bare-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: bare\nVersion: 1.0\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(components.Incomplete, match="without a licence text"):
        components._distribution("bare")


# ---- bill of materials ----


def test_the_bill_is_valid(found, frozen):
    output = pytest.importorskip(
        "cyclonedx.validation.json", reason="cyclonedx-python-lib[json-validation] is the judge"
    )
    from cyclonedx.schema import SchemaVersion

    text = sbom.sbom_text(found, frozen, EPOCH)
    assert output.JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_the_bill_names_everything(found, frozen):
    content = json.loads(sbom.sbom_text(found, frozen, EPOCH))
    names = {part["name"] for part in content["components"]}
    assert names == {one.name for one in found}
    references = {part["bom-ref"] for part in content["components"]}
    for dependency in content["dependencies"]:
        assert set(dependency["dependsOn"]) <= references
    assert content["metadata"]["timestamp"] == "2025-11-23T12:13:20Z"
    assert sbom.sbom_text(found, frozen, EPOCH) == sbom.sbom_text(found, frozen, EPOCH)


def test_a_distribution_that_is_not_the_locked_one(found, frozen):
    from dataclasses import replace

    other = tuple(replace(one, version="0.1") if one.name == "h11" else one for one in found)
    with pytest.raises(ValueError, match=r"h11 0\.1 is not the locked"):
        sbom.sbom_text(other, frozen, EPOCH)


def test_a_bill_of_another_payload_is_noticed(frozen, tmp_path):
    assert sbom.check(frozen, tmp_path, "linux") == [f"{sbom.file_name('linux')} is missing."]
    file = sbom.write(frozen, tmp_path, "linux", EPOCH)
    assert sbom.check(frozen, tmp_path, "linux") == []
    good = file.read_text("utf-8")
    for changed, says in (
        ('{"half": ', "is damaged: it is no bill of materials"),
        ("[]", "is damaged: it is no bill of materials"),
        (
            good.replace("pkg:pypi/h11@", "pkg:pypi/h12@"),
            "does not name what is inside: pkg:pypi/h1",
        ),
        (good.replace('"MIT"', '"WTFPL"'), "does not name what is inside: metadata"),
    ):
        file.write_text(changed, "utf-8")
        (problem,) = sbom.check(frozen, tmp_path, "linux")
        assert says in problem
    file.write_text(good, "utf-8")
    (frozen / payload.INSIDE / payload.NOTICES).write_text("changed", "utf-8")
    assert sbom.check(frozen, tmp_path, "linux") == [f"{file.name} is of another payload."]
    told = json.loads(file.read_text("utf-8"))
    told["metadata"]["component"]["version"] = "9.9.9"
    file.write_text(json.dumps(told), "utf-8")
    assert sbom.check(frozen, tmp_path, "linux") == [f"{file.name} is of another version."]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the stand-in is a Linux one")
def test_a_bill_that_the_tree_does_not_bear_out_is_noticed(frozen, tmp_path):
    """A distribution that was frozen and is in no lock, and one that is missing."""
    (httpx,) = (frozen / payload.INSIDE).glob("httpx-*.dist-info/METADATA")
    httpx.unlink()
    other = frozen / payload.INSIDE / "another-1.0.dist-info" / "METADATA"
    other.parent.mkdir()
    other.write_text("Name: another\n", "utf-8")
    file = sbom.write(frozen, tmp_path, "linux", EPOCH)
    assert sbom.check(frozen, tmp_path, "linux") == [
        f"{file.name} and the program differ in another-1.0.",
        f"{file.name} and the program differ in {httpx.parent.name.removesuffix('.dist-info')}.",
    ]


# ---- sums ----


def test_sums_that_match(tmp_path):
    for name in ("b.deb", "a.tar.xz"):
        (tmp_path / name).write_bytes(name.encode())
    text = sums.write(tmp_path).read_text("utf-8")
    assert [line.split("  ")[1] for line in text.splitlines()] == ["a.tar.xz", "b.deb"]
    assert sums.check(tmp_path) == []


def test_sums_that_do_not(tmp_path):
    assert sums.check(tmp_path) == ["SHA256SUMS is missing."]
    for name in ("a.deb", "b.deb"):
        (tmp_path / name).write_bytes(b"as built")
    sums.write(tmp_path)
    (tmp_path / "a.deb").write_bytes(b"changed")
    (tmp_path / "b.deb").unlink()
    (tmp_path / "c.deb").write_bytes(b"new")
    assert sums.check(tmp_path) == [
        "a.deb does not match its sum in SHA256SUMS.",
        "b.deb is in SHA256SUMS but not there.",
        "c.deb is there but not in SHA256SUMS.",
    ]
    (tmp_path / "SHA256SUMS").write_text("nothing of use\n", "utf-8")
    assert sums.check(tmp_path) == ["SHA256SUMS has a line that is no sum: 'nothing of use'."]
