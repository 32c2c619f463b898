"""Files that oms itself wrote are nobody's order and nobody's count."""

from __future__ import annotations

from omscli.channels.source import Source
from omscli.errors import Refused
from omscli.workflows.home import Home


def from_outside(home: Home, name: str, data: bytes | Source) -> bytes | Source:
    """The file, unless it lies in out/: what oms itself wrote there, as an order or a count, would tell it what it has told others."""
    ours = (home.path / "out").resolve()
    if isinstance(data, Source) and data.path is not None and data.path.resolve().is_relative_to(ours):
        raise Refused(
            f"{name} is a file that oms itself wrote, for others to read",
            "import what comes from outside; if this was filled in or changed by somebody, copy it out of out/ and import the copy",
        )
    return data
