"""Standard output that never breaks a command: odd encodings are escaped, a reader that left is no error."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress
from typing import TextIO


def prepare_streams() -> None:
    """Make both standard streams able to take any text.

    A pipe or a file gets UTF-8 and plain line ends on every system, so that the same state gives the same bytes; a terminal
    keeps its encoding and shows what it lacks as an escape. Without this a buyer named Łukasz ends a cron job under cp1252.
    """
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue  # a test or a notebook has put its own stream there
        if stream.isatty():
            stream.reconfigure(errors="backslashreplace")
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def put(stream: TextIO, text: str) -> None:
    """Write; when the reader has gone (`| head -1`), be quiet from then on."""
    try:
        stream.write(text)
    except OSError as error:
        _leave_in_peace(stream, error)


def tell(stream: TextIO, text: str) -> bool:
    """Write and pass on at once, for somebody who waits for this line. False when the reader has gone."""
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        _leave_in_peace(stream, error)
        return False
    return True


def finish(*streams: TextIO) -> None:
    """Empty the buffers before the interpreter does, which would complain about a closed pipe and leave with 120."""
    for stream in streams:
        try:
            stream.flush()
        except OSError as error:
            _leave_in_peace(stream, error)


def _leave_in_peace(stream: TextIO, error: OSError) -> None:
    # Windows reports a closed pipe as EINVAL.
    if error.errno not in (errno.EPIPE, errno.EINVAL):
        raise error
    with suppress(OSError, ValueError):  # no file behind it: nothing will be flushed at exit either
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
