"""Programs that do it wrong, to see that the harness of `benchmarks/crash.py` would find them out. Each function spoils the program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def no_transaction() -> None:
    """Every statement is its own commit."""
    import omscli.store.open as store

    @contextmanager
    def transaction(connection: Any, *_: Any) -> Iterator[None]:
        connection.execute("PRAGMA foreign_keys=OFF")  # the run is entered last
        yield

    store.transaction = transaction  # type: ignore[assignment]


def marks_first() -> None:
    """A mail counts as written before its file is."""
    import omscli.workflows.notifying as module

    def write_files(home: Any, store: Any, told: Any) -> None:
        queued = store.outbox.mails(["queued"])
        with store.write("notify", home.now):
            for row in queued:
                store.outbox.change_mail(row["id"], {"state": "written"})
        for row in queued:
            module.write_whole(Path(row["path"]), row["content"], root=home.path)
            told.written.append((row["event"], store.orders.ref_of(row["order_id"]), row["path"]))

    module._write_files = write_files


def half_files() -> None:
    """A file is written where it will lie."""
    from omscli.workflows import notifying, picking, writers

    def write(path: Path, data: bytes, *, root: Path) -> None:
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_bytes(data)

    for module in (notifying, picking, writers):
        module.write_whole = write  # type: ignore[assignment]


def forgets_half_files() -> None:
    """A half file has another name each time, and stays."""
    from omscli.outgoing import files

    files.part_of = files._new_part
