"""Channels that offer nothing for a while."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pause:
    """One channel's pause; `until` is the day on which it sells again by itself, None: until somebody says so."""

    channel: str
    since: str
    until: str | None


@dataclass(slots=True)
class Pauses:
    """Questions about who pauses."""

    connection: sqlite3.Connection

    def live(self, today: str) -> dict[str, Pause]:
        """Channels that pause on this day. A pause whose day has come is over without anybody writing."""
        rows = self.connection.execute(
            "SELECT channel, since, until FROM channel_pause WHERE until IS NULL OR until > ? ORDER BY channel", (today,)
        )
        return {row[0]: Pause(row[0], row[1], row[2]) for row in rows}

    def begin(self, channel: str, until: str | None, run: int, at: str) -> None:
        """The channel pauses from now on; one that pauses already keeps its beginning."""
        self.connection.execute(
            "INSERT INTO channel_pause (channel, since, until, run_id) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (channel) DO UPDATE SET until = excluded.until, run_id = excluded.run_id",
            (channel, at, until, run),
        )

    def end(self, channel: str) -> None:
        """The channel sells again."""
        self.connection.execute("DELETE FROM channel_pause WHERE channel = ?", (channel,))
