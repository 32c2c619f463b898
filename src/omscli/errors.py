"""Every refusal that `oms` speaks of: what happened, where, and what to do.

Data problems are values (`base.problems.Problem`), not exceptions. An exception from here ends the command; the one error
door in `cli.app` prints it and leaves with its exit code.
"""

from __future__ import annotations


class OmsError(Exception):
    """A failure with a remedy. Nothing was half done when it is raised."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(OmsError):
    """The command was called in a way that has no meaning (exit 2)."""

    exit_code = 2


class Refused(OmsError):
    """The input or the configuration was refused; nothing changed (exit 4)."""

    exit_code = 4


class NotAllowed(OmsError):
    """The step is not possible in this state: ship before release, cancel after shipping (exit 1)."""

    exit_code = 1


class StoreError(OmsError):
    """The store cannot be used: missing, damaged, read-only, disk full, newer than the program (exit 5)."""

    exit_code = 5


class Busy(OmsError):
    """Another `oms` was writing for longer than `--wait` (exit 6)."""

    exit_code = 6
