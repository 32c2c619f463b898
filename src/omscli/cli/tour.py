"""The demo's morning: the same commands a seller types, on the sample business, each shown before it runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from omscli.cli.desk import Desk
from omscli.errors import OmsError, Refused

NOW = "2026-11-23T13:30:00Z"  # Monday, half past eight in New York: before every cut-off
MARK = ".oms-demo"  # only a folder that carries it is made anew

# (what happens, the command's words, the exit codes that are right)
STEPS: tuple[tuple[str, list[str], tuple[int, ...]], ...] = (
    ("The catalogue, the stock and what is on its way", ["import", "products.csv", "stock.csv", "inbound.csv"], (0,)),
    ("The morning's exports lie in inbox/: five channels, and one of each trap", ["import"], (0, 3)),
    ("Shopify calls a product MUG-BLU: teach the catalogue", ["product", "alias", "MUG-BLUE", "MUG-BLU", "--channel", "shopify"], (0,)),
    ("Where does each order ship from, and what waits?", ["route"], (0, 3)),
    ("Why does this order ship from there?", ["why", "{split}"], (0,)),
    ("Release the work: a pick list and slips for each place, purchase orders for the supplier", ["pick"], (0, 3)),
    ("The label software's file comes back with tracking numbers", ["ship", "--from", "tracking.csv"], (0, 3)),
    ("Tell the customers, each once", ["notify"], (0, 3)),
    ("What is left for you?", ["status"], (0,)),
    ("Do the books agree?", ["doctor"], (0,)),
)


def tour(desk: Desk, folder: Path) -> None:
    """Make the demo anew and run its morning. Raises OmsError where a step goes wrong: the demo is a test of the whole."""
    from omscli.workflows.start import make_home

    path = folder.resolve()
    if path.exists() and any(path.iterdir()) and not (path / MARK).exists():
        raise Refused(f"{path} is not empty and no demo of oms", "name another folder: oms demo DIR")
    if path.exists():
        shutil.rmtree(path)
    make_home(path, "", "", "", "", demo=True)
    (path / MARK).write_text("made by `oms demo`; it is removed and made anew each time\n", encoding="utf-8")
    desk.screen.say(f"A small business in {path}; the clock stands at {NOW}.")
    for words, arguments, allowed in STEPS:
        _step(desk, path, words, [one.format(split=_split_order(path)) if "{" in one else one for one in arguments], allowed)
    desk.screen.say(f"\nThe files: {path}/out (pick lists, slips, purchase orders) and {path}/outbox (mails).")
    desk.screen.say(f"Go on yourself:  cd {folder}; export OMS_NOW={NOW}; oms order list; oms stock list; oms why SH-1058")


def _step(desk: Desk, path: Path, words: str, arguments: list[str], allowed: tuple[int, ...]) -> None:
    screen = desk.screen
    screen.line("")
    screen.line(f"── {words}")
    screen.line(f"$ oms {' '.join(arguments)}")
    screen.finish()
    environment = {**os.environ, "OMS_HOME": str(path), "OMS_NOW": NOW, "COLUMNS": os.environ.get("COLUMNS", "120")}
    environment.pop("OMS_DB", None)
    done = subprocess.run([sys.executable, "-m", "omscli", *arguments], cwd=path, env=environment, check=False)  # noqa: S603 - our own program
    if done.returncode not in allowed:
        raise OmsError(
            f"oms {' '.join(arguments)} left with {done.returncode}, the demo expects {allowed}", "this is a defect: please report it"
        )


def _split_order(path: Path) -> str:
    """The order of the demo that ships from two places, for `oms why`."""
    from omscli.workflows.home import find_home

    home = find_home(path)
    with home.store() as store, store.read():
        counts: dict[str, int] = {}
        for row in store.shipments.listing("planned", "", "", -1):
            counts[row["order_id"]] = counts.get(row["order_id"], 0) + 1
    return max(sorted(counts), key=lambda ref: counts[ref])
