"""A window's worth of saving, in a process of its own, until it is told to stop.

    python -m tests.storage.git_writer WORKSPACE NAME STOP_FILE

Each save adds a word of its own to a profile's notes; a line for each says what became of it.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from pingtree_desktop.domain.errors import ChangedOutside, PingTreeError
from pingtree_desktop.storage.places import open_places
from pingtree_desktop.storage.workspace import Workspace
from pingtree_desktop.viewmodels.workspace import WorkspaceModel


async def write(root: Path, name: str, is_over: Callable[[], bool]) -> None:
    """Edit, rename, move, copy and delete until it is over."""
    chance = random.Random(name)
    model = WorkspaceModel(Workspace(open_places(root)))
    count = 0
    with ThreadPoolExecutor(1) as disk:
        model.use_worker(disk)
        while not is_over():
            await model.refresh()
            if not model.profiles:
                continue
            count += 1
            word = f"{name}{count:06}"
            print(f"{await one_step(model, chance, word)} {word}", flush=True)


async def one_step(model: WorkspaceModel, chance: random.Random, word: str) -> str:
    """Change something; `saved` only where the word is in a file now."""
    base = chance.choice(model.profiles)
    ours = replace(base, notes=f"{base.notes} {word}")
    try:
        match chance.randrange(20):
            case 0:
                await model.delete_profile(base)
                return "deleted"
            case 1:
                await model.rename_profile(base, f"{base.name[:20]} {chance.randrange(9)}")
                return "renamed"
            case 2:
                await model.move_profile(base, chance.choice(["one", "two"]))
                return "moved"
            case 3:
                await model.save_profile(replace(ours, slug=""))
            case _:
                await model.save_profile(ours, base)
    except ChangedOutside:
        return "refused"
    except PingTreeError as error:
        return f"failed({error})".replace("\n", " ").replace(" ", "_")
    return "saved"


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]).exists))
