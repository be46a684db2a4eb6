"""The workflow files: valid, safe, pinned, with least permissions; and planted faults are seen."""

from __future__ import annotations

import fnmatch
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import product
import pytest
from ruamel.yaml import YAML

FOLDER = product.ROOT / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
TESTED_SYSTEMS = {"ubuntu", "windows", "macos"}
# The runners that GitHub offers, from its list "Supported runners and hardware resources"
# (docs.github.com, Actions, GitHub-hosted runners), read in November 2026; macos-14 went then.
LIVE_LABELS = {
    "ubuntu-22.04", "ubuntu-24.04", "windows-2022", "windows-2025", "macos-15", "macos-15-intel",
    "macos-26",
}  # fmt: skip
# The wine in the packages of each image's Ubuntu.
WINE = {"ubuntu-22.04": 6, "ubuntu-24.04": 9}
# The one thing that each writing job may do.
WRITERS = {name: {"contents": "write"} for name in ("draft", "smoke", "publish")}


def tool(name: str) -> str:
    """A checker that is one of the tests' own packages."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    assert found is not None, f"{name} is not installed; it is one of the dev extra"
    return found


def schema_faults(*files: Path) -> str:
    done = subprocess.run(
        [tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *map(str, files)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stdout + done.stderr


def zizmor_faults(*files: Path) -> str:
    done = subprocess.run(
        [tool("zizmor"), "--offline", "--no-progress", "--format", "plain", *map(str, files)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stdout + done.stderr


def load(file: Path) -> dict[str, Any]:
    # Words such as `on` stay words: YAML 1.2, which this reader follows.
    return YAML(typ="safe").load(file.read_text("utf-8"))


def unpinned(text: str) -> list[str]:
    """The actions without a full SHA and the version it stands for; files of ours are exempt."""
    uses = re.findall(r"^\s*(?:- )?uses: (.+)$", text, re.MULTILINE)
    pinned = re.compile(r"[\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    return [one for one in uses if not one.startswith("./") and not pinned.fullmatch(one)]


def labels(workflow: dict[str, Any]) -> dict[str, list[str]]:
    """The runners of each job of ours, a matrix spelt out."""
    found = {}
    for name, job in workflow["jobs"].items():
        if "uses" not in job:
            asked = job["runs-on"]
            is_matrix = asked == "${{ matrix.os }}"
            found[name] = job["strategy"]["matrix"]["os"] if is_matrix else [asked]
    return found


def retired(workflow: dict[str, Any]) -> list[str]:
    """The labels that no runner answers to."""
    return sorted({one for asked in labels(workflow).values() for one in asked} - LIVE_LABELS)


def secrets_in_conditions(workflow: dict[str, Any]) -> list[str]:
    """Jobs with a condition that asks for a secret: GitHub refuses the whole file for it."""
    found = [name for name, job in workflow["jobs"].items() if "secrets" in str(job.get("if", ""))]
    return found + [name for name, step in steps(workflow) if "secrets" in str(step.get("if", ""))]


def artifact_faults(workflow: dict[str, Any]) -> list[str]:
    """Downloads that take what no job uploads, or all there is; uploads that share a name."""
    uploaded: list[str] = []
    asked: list[str] = []
    for name, step in steps(workflow):
        given = step.get("with", {})
        if step.get("uses", "").startswith("actions/upload-artifact@"):
            for label in labels(workflow)[name]:
                uploaded.append(given["name"].replace("${{ matrix.os }}", label))
        elif step.get("uses", "").startswith("actions/download-artifact@"):
            asked.append(given.get("pattern") or given.get("name") or "*")
    faults = [f"{one} is uploaded twice" for one in sorted({*uploaded}) if uploaded.count(one) > 1]
    for pattern in asked:
        if pattern == "*" or not fnmatch.filter(uploaded, pattern):
            faults.append(f"{pattern} is no pattern of ours")
        faults += [
            f"{one} is never downloaded" for one in uploaded if not fnmatch.fnmatch(one, pattern)
        ]
    return faults


def excess(
    workflow: dict[str, Any], writers: Mapping[str, Mapping[str, str]] = MappingProxyType({})
) -> list[str]:
    """Jobs that may do other than they should, and workflows that give anything to all jobs."""
    found = [] if workflow.get("permissions") == {} else ["the workflow itself"]
    for name, job in workflow["jobs"].items():
        if job.get("permissions") != writers.get(name, {"contents": "read"}):
            found.append(name)
    return found


def steps(workflow: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in workflow["jobs"].items():
        for step in job.get("steps", ()):
            yield name, step


# ---- our files --------------------------------------------------------------------------------


def test_both_files_are_there() -> None:
    assert [file.name for file in FILES] == ["ci.yml", "release.yml"]


def test_they_follow_the_schema() -> None:
    assert schema_faults(*FILES) == ""


def test_zizmor_finds_nothing() -> None:
    assert zizmor_faults(*FILES) == ""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_action_is_pinned(file: Path) -> None:
    assert unpinned(file.read_text("utf-8")) == []


def test_one_action_has_one_pin() -> None:
    pins: dict[str, set[str]] = {}
    for file in FILES:
        for name, rest in re.findall(r"uses: ([\w./-]+)@(.+)", file.read_text("utf-8")):
            pins.setdefault(name, set()).add(rest)
    assert {name: found for name, found in pins.items() if len(found) > 1} == {}


def test_no_job_may_do_more_than_it_needs() -> None:
    assert excess(load(FOLDER / "ci.yml")) == []
    release = load(FOLDER / "release.yml")
    assert excess(release, WRITERS) == []
    assert excess(release) == list(WRITERS)  # none of them only reads


def test_every_runner_is_still_there() -> None:
    assert {file.name: retired(load(file)) for file in FILES} == {"ci.yml": [], "release.yml": []}


def test_the_journey_under_wine_has_a_wine_that_is_new_enough() -> None:
    workflow = load(FOLDER / "ci.yml")
    (job,) = {name for name, step in steps(workflow) if "journey.py" in step.get("run", "")}
    assert all(WINE[label] >= 8 for label in labels(workflow)[job])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_condition_asks_for_a_secret(file: Path) -> None:
    assert secrets_in_conditions(load(file)) == []


def test_every_artifact_is_uploaded_once_and_taken_by_a_pattern_of_ours() -> None:
    assert {file.name: artifact_faults(load(file)) for file in FILES} == {
        "ci.yml": [], "release.yml": []
    }  # fmt: skip


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_checkout_keeps_its_token(file: Path) -> None:
    for name, step in steps(load(file)):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False, name


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_job_of_ours_has_a_time_limit(file: Path) -> None:
    jobs = load(file)["jobs"]
    assert [
        n for n, job in jobs.items() if "uses" not in job and "timeout-minutes" not in job
    ] == []


def test_the_tests_run_on_three_systems_and_two_pythons() -> None:
    job = load(FOLDER / "ci.yml")["jobs"]["test"]
    matrix = job["strategy"]["matrix"]
    assert {name.partition("-")[0] for name in matrix["os"]} == TESTED_SYSTEMS
    assert matrix["python"] == ["3.11", "3.13"]
    assert job["steps"][-1]["run"] == "python packaging/bootstrap.py test"


def test_a_release_goes_from_tag_to_public_in_this_order() -> None:
    release = load(FOLDER / "release.yml")
    assert release["on"] == {"push": {"tags": ["v*"]}}
    needs = {name: job.get("needs") for name, job in release["jobs"].items()}
    assert needs == {
        "version": None, "test": "version", "build": "test", "draft": "build", "smoke": "draft",
        "publish": "smoke",
    }  # fmt: skip
    assert "packaging/version.py" in release["jobs"]["version"]["steps"][-1]["run"]
    for name in ("build", "smoke"):
        systems = {
            one.partition("-")[0] for one in release["jobs"][name]["strategy"]["matrix"]["os"]
        }
        assert systems == TESTED_SYSTEMS
        assert any("packaging/installed.py" in step.get("run", "")
                   for step in release["jobs"][name]["steps"])  # fmt: skip
    assert "--draft" in release["jobs"]["draft"]["steps"][-1]["run"]
    assert "--draft=false" in release["jobs"]["publish"]["steps"][-1]["run"]


def test_the_build_runs_all_verbs_and_packages_after_the_signing_tool_is_there() -> None:
    runs = [step.get("run", "") for step in load(FOLDER / "release.yml")["jobs"]["build"]["steps"]]
    verbs = [words for run in runs for words in re.findall(r"packaging/build\.py ([a-z -]+)", run)]
    assert " ".join(verbs) == "freeze self-check package verify"


def test_secrets_are_seen_only_by_the_steps_that_need_them() -> None:
    release = load(FOLDER / "release.yml")
    for name, job in release["jobs"].items():
        assert "secrets" not in str(job.get("env", "")), name
        assert "secrets" not in str(job.get("with", "")), name
    holders = {n: s["name"] for n, s in steps(release) if "secrets." in str(s)}
    assert set(holders) == {"build"}
    assert release["jobs"]["build"]["environment"] == "release"


def test_no_step_puts_an_expression_into_a_script() -> None:
    for file in FILES:
        for name, step in steps(load(file)):
            assert "${{" not in step.get("run", ""), f"{file.name}: {name}"


# ---- planted faults ---------------------------------------------------------------------------


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A copy of ci.yml to break."""
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    return Path(shutil.copy(FOLDER / "ci.yml", folder / "ci.yml"))


@pytest.fixture
def broken_release(broken: Path) -> Path:
    """A copy of release.yml to break."""
    return Path(shutil.copy(FOLDER / "release.yml", broken.with_name("release.yml")))


@pytest.mark.parametrize(
    ("old", "new", "job"),
    [
        ("contents: write # makes the draft", "contents: write\n      packages: write", "draft"),
        ("contents: write # a draft is shown to writers only", "contents: read", "smoke"),
        ("contents: write # takes the draft mark away", "write-all", "publish"),
        ("contents: read\n    env:", "contents: write\n    env:", "build"),
    ],
)
def test_other_permissions_in_the_release_are_seen(
    broken_release: Path, old: str, new: str, job: str
) -> None:
    change(broken_release, old, new)
    if new == "write-all":
        change(broken_release, "permissions:\n      write-all", "permissions: write-all")
    assert excess(load(broken_release), WRITERS) == [job]


def test_a_retired_runner_is_seen(broken_release: Path) -> None:
    change(broken_release, "macos-15, ", "macos-14, ")
    assert retired(load(broken_release)) == ["macos-14"]


@pytest.mark.parametrize(
    ("old", "new", "job"),
    [
        ("if: runner.os == 'macOS'", "if: secrets.MACOS_IDENTITY != ''", "build"),
        ("    needs: smoke\n", "    needs: smoke\n    if: ${{ secrets.X }}\n", "publish"),
    ],
)
def test_a_secret_in_a_condition_is_seen(
    broken_release: Path, old: str, new: str, job: str
) -> None:
    change(broken_release, old, new)
    assert secrets_in_conditions(load(broken_release)) == [job]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("pattern: artefacts-*", "pattern: artifacts-*", "artifacts-* is no pattern of ours"),
        ("          pattern: artefacts-*\n", "", "* is no pattern of ours"),
        ("pattern: artefacts-*", "pattern: artefacts-u*", "artefacts-macos-15 is never downloaded"),
        ("artefacts-${{ matrix.os }}", "artefacts-all", "artefacts-all is uploaded twice"),
    ],
)  # fmt: skip
def test_an_artifact_that_goes_astray_is_seen(
    broken_release: Path, old: str, new: str, fault: str
) -> None:
    change(broken_release, old, new)
    assert fault in artifact_faults(load(broken_release))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_an_unpinned_action_is_seen(broken: Path) -> None:
    pin = re.search(r"actions/checkout@\S+ # v[\d.]+", broken.read_text("utf-8"))
    assert pin is not None
    change(broken, pin[0], "actions/checkout@v7")
    assert unpinned(broken.read_text("utf-8")) == ["actions/checkout@v7"]
    assert "unpinned-uses" in zizmor_faults(broken)


def test_a_pin_without_its_version_is_seen(broken: Path) -> None:
    change(broken, " # v7.0.1", "")
    assert len(unpinned(broken.read_text("utf-8"))) == 1


@pytest.mark.parametrize("given", ["write-all", "\n  contents: write\n  packages: write"])
def test_permissions_for_everything_are_seen(broken: Path, given: str) -> None:
    change(broken, "permissions: {}", f"permissions: {given}")
    assert excess(load(broken)) == ["the workflow itself"]
    text = broken.read_text("utf-8")  # zizmor forgives it where every job says its own
    broken.write_text(text.replace("    permissions:\n      contents: read\n", ""), "utf-8")
    assert "excessive-permissions" in zizmor_faults(broken)


def test_a_job_that_may_write_is_seen(broken: Path) -> None:
    change(broken, "contents: read", "contents: write")
    assert excess(load(broken)) == ["test"]


def test_a_job_without_permissions_of_its_own_is_seen(broken: Path) -> None:
    change(broken, "    permissions:\n      contents: read\n", "")
    assert excess(load(broken)) == ["test"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("runs-on: ubuntu-", "run-on: ubuntu-"), ("jobs:", "job:"), ("steps:", "step:"),
     ("timeout-minutes: 45", "timeout-minutes: []")],
)  # fmt: skip
def test_a_file_against_the_schema_is_seen(broken: Path, old: str, new: str) -> None:
    change(broken, old, new)
    assert schema_faults(broken) != ""


def test_text_of_strangers_in_a_script_is_seen(broken: Path) -> None:
    change(broken, "run: python packaging/bootstrap.py test",
           'run: echo "${{ github.event.pull_request.title }}"')  # fmt: skip
    assert "template-injection" in zizmor_faults(broken)


def test_a_kept_token_is_seen(broken: Path) -> None:
    change(broken, "          persist-credentials: false\n", "          fetch-depth: 1\n")
    assert "artipacked" in zizmor_faults(broken)
