"""`oms init`: a home that works, from nothing."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from omscli.errors import Refused
from omscli.outgoing.files import write_whole
from omscli.workflows.home import RULES

FOLDERS = ("inbox", "out", "outbox")


def make_home(folder: Path, name: str, currency: str, timezone: str, country: str, *, demo: bool = False) -> list[str]:
    """Make what is missing of a home; what is there is left alone. Returns the paths that were made."""
    path = folder.expanduser().resolve()
    if path.exists() and not path.is_dir():
        raise Refused(f"{path} is a file", "name a folder")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"{path} cannot be made: {error.strerror}", "name a folder you may write in") from error
    made = _demo_files(path) if demo else _rules(path, name, currency, timezone, country)
    for one in FOLDERS:
        if not (path / one).exists():
            (path / one).mkdir(mode=0o700)
            made.append(str(path / one))
    return made


def _rules(path: Path, name: str, currency: str, timezone: str, country: str) -> list[str]:
    from omscli.settings.template import template

    target = path / RULES
    if target.exists():
        return []
    write_whole(target, template(name, currency, timezone, country).encode(), root=path)
    return [str(target)]


def _demo_files(path: Path) -> list[str]:
    """The small business of the demo, with its morning's files in the inbox."""
    if (path / RULES).exists():
        raise Refused(f"{path} is a home already", "name a new folder for the demo")
    made = []
    for name, data in sorted(sample_files().items()):
        target = path / name
        write_whole(target, data, root=path)
        made.append(str(target))
    return made


def sample_files() -> dict[str, bytes]:
    """The files of the sample business by their place in the home; they come with the package."""
    top = resources.files("omscli") / "sample_data"
    if not top.is_dir():  # a checkout: the folder stands beside src/
        top = resources.files("omscli").joinpath("../../sample_data")
    found: dict[str, bytes] = {}

    def walk(folder: Traversable, prefix: str) -> None:
        for entry in folder.iterdir():
            if entry.is_dir():
                walk(entry, f"{prefix}{entry.name}/")
            elif not entry.name.startswith(".") and entry.name != "README.md":
                found[f"{prefix}{entry.name}"] = entry.read_bytes()

    walk(top, "")
    return found
