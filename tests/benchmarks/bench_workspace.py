"""How a large workspace is borne: 10,000 profiles over 50 campaigns by default.

Run: python tests/benchmarks/bench_workspace.py [CAMPAIGNS] [PROFILES_EACH]
Prints figures and judges none.  The list and its filter are the window's own, drawn offscreen.
"""

import asyncio
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput, LeadField
from pingtree_desktop.domain.profile import Campaign, Profile
from pingtree_desktop.storage.campaign_file import write_campaign
from pingtree_desktop.storage.places import Places, open_places
from pingtree_desktop.storage.profile_file import write_profile
from pingtree_desktop.storage.workspace import Workspace
from pingtree_desktop.viewmodels.workspace import WorkspaceModel

REPEATS = 15
VALUES = (("event_id", "sale"), ("transaction_id", "{{uuid}}"), ("amount", "42.50"), ("sub1", "a"))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def memory_mb() -> float:
    """What this process holds; on systems without /proc, the most it ever held."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 1e6
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def elapsed_ms(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def shown(times: list[float]) -> str:
    return f"{statistics.median(times):.1f} ms (worst {max(times):.1f})"


def fill(places: Places, campaigns: int, each: int) -> None:
    """Write the files as they are saved, an hour old, so that all of them are settled."""
    hour_ago = time.time() - 3600
    for number in range(campaigns):
        folder = places.campaigns / f"campaign-{number:02}"
        (folder / "profiles").mkdir(parents=True)
        campaign = Campaign(slug=folder.name, name=f"Campaign {number}", cid=f"c-{number}")
        texts = {folder / "campaign.toml": write_campaign(campaign, name="campaign.toml")}
        event = Event(lead=(LeadField(name="first_name", text="Ada"),))
        for wire, text in (("cid", campaign.cid), *VALUES):
            event = event.with_field(wire, FieldInput(text=text))
        for row in range(each):
            one = Profile(slug="", campaign="", name=f"Profile {row} of {number}", event=event)
            file = folder / "profiles" / f"profile-{row:03}.toml"
            texts[file] = write_profile(one, name=file.name)
        for file, text in texts.items():
            file.write_text(text, "utf-8")
            os.utime(file, (hour_ago, hour_ago))


async def watching(gaps: list[float]) -> None:
    """Note how much later than asked the loop comes back."""
    while True:
        started = time.perf_counter()
        await asyncio.sleep(0.001)
        gaps.append((time.perf_counter() - started) * 1000 - 1)


async def refreshing(model: WorkspaceModel, places: Places) -> None:
    """The look that the window takes every two seconds."""
    with ThreadPoolExecutor(1) as disk:
        model.use_worker(disk)
        gaps: list[float] = []
        watch = asyncio.get_running_loop().create_task(watching(gaps))
        started = time.perf_counter()
        await model.refresh()
        say(f"all of it, behind the window: {(time.perf_counter() - started) * 1000:.0f} ms")
        watch.cancel()
        say(f"longest gap of the loop meanwhile: {max(gaps):.1f} ms")
        say(f"{len(model.profiles):,} profiles in {len(model.campaigns)} campaigns")

        async def measured(prepare: Callable[[int], object]) -> list[float]:
            times = []
            for number in range(REPEATS):
                prepare(number)
                started = time.perf_counter()
                await model.refresh()
                times.append((time.perf_counter() - started) * 1000)
            return times

        say(f"refresh, nothing changed:   {shown(await measured(lambda _number: None))}")
        file = places.campaigns / "campaign-00" / "profiles" / "profile-000.toml"
        text = file.read_text("utf-8")
        one = await measured(lambda n: file.write_text(f'notes = "{n}"\n{text}', "utf-8"))
        say(f"refresh, one file changed:  {shown(one)}")
        profile = model.profile("campaign-00", "profile-001")
        assert profile is not None
        times = []
        for number in range(REPEATS):
            started = time.perf_counter()
            ours = replace(profile, notes=f"note {number}")
            profile = await model.save_profile(ours, profile)
            times.append((time.perf_counter() - started) * 1000)
        say(f"save, and the list anew:    {shown(times)}")


def listing(model: WorkspaceModel) -> None:
    """The window's list: shown whole, then filtered letter by letter."""
    from PySide6.QtWidgets import QApplication

    from pingtree_desktop.ui.profiles import Sidebar
    from pingtree_desktop.ui.theme import Theme

    app = QApplication(sys.argv[:1])
    widget = Sidebar(Theme(app))
    widget.resize(280, 900)
    widget.show()

    def drawn(work: Callable[[], object]) -> float:
        return elapsed_ms(lambda: (work(), widget.repaint(), widget.tree.viewport().repaint()))

    whole = [
        drawn(lambda: widget.show_items(model.campaigns, model.profiles)) for _ in range(REPEATS)
    ]
    say(f"list shown whole:           {shown(whole)}")
    words = "profile 19 of 4"
    typed = [words[:end] for end in range(1, len(words) + 1)]
    letters = [drawn(lambda text=text: widget.filter.setText(text)) for text in typed]
    say(f"filter, one letter typed:   {shown(letters)}")


def main(campaigns: int, each: int) -> None:
    with tempfile.TemporaryDirectory(prefix="pingtree-bench-") as folder:
        places = open_places(Path(folder) / "workspace")
        fill(places, campaigns, each)
        before_mb = memory_mb()
        model = WorkspaceModel(Workspace(places))
        glances = [elapsed_ms(WorkspaceModel(Workspace(places)).load) for _ in range(REPEATS)]
        model.load()
        say(f"before the first frame:     {shown(glances)}")
        asyncio.run(refreshing(model, places))
        say(f"memory of what was loaded:  {memory_mb() - before_mb:.0f} MB")
        listing(model)


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:3]]
    main(*given, *(50, 200)[len(given) :])
