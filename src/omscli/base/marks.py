"""Which texts of a file were met already, in 16 bytes each: a dict of a million of them would take more memory than all else."""

from __future__ import annotations

from array import array
from collections.abc import Hashable

_FIRST = 1 << 10
_NONE = -(1 << 31)  # what `packed` keeps for an amount that is not known
_LOW = (1 << 32) - 1


class Marks:
    """What was met, each with a number of its own, like a dict with `setdefault`.

    Of each key only a mark of 64 bits is kept. Two keys of a million share one once in thirty-seven million files; then the second is
    taken for the first.
    """

    __slots__ = ("_last", "_marks", "_numbers", "_room")

    def __init__(self) -> None:
        self._make(_FIRST)

    def _make(self, size: int) -> None:
        self._marks, self._numbers = array("q", [0]) * size, array("q", [0]) * size
        self._last, self._room = size - 1, size * 5 // 8

    def setdefault(self, key: Hashable, number: int = 0) -> int:
        """The number that was kept with the key; `number`, which is kept from now on, where the key is new."""
        mark = hash(key) or 1
        marks, last = self._marks, self._last
        at = mark & last
        while there := marks[at]:
            if there == mark:
                return self._numbers[at]
            at = (at + 1) & last
        marks[at], self._numbers[at] = mark, number
        self._room -= 1
        if not self._room:
            self._grow()
        return number

    def add(self, key: Hashable) -> bool:
        """Note the key. Whether it is new."""
        before = self._room
        self.setdefault(key)
        return self._room != before

    def get(self, key: Hashable) -> int | None:
        """The number of a key; None for one that was never met."""
        at = self._place(hash(key) or 1)
        return self._numbers[at] if self._marks[at] else None

    def put(self, key: Hashable, number: int) -> None:
        """Keep another number with a key, which may be new."""
        if self.setdefault(key, number) != number:
            self._numbers[self._place(hash(key) or 1)] = number

    def __contains__(self, key: Hashable) -> bool:
        return bool(self._marks[self._place(hash(key) or 1)])

    def _place(self, mark: int) -> int:
        at = mark & self._last
        while self._marks[at] not in (0, mark):
            at = (at + 1) & self._last
        return at

    def _grow(self) -> None:
        old = zip(self._marks, self._numbers, strict=True)
        self._make(2 * len(self._marks))
        for mark, number in old:
            if mark:
                at = self._place(mark)
                self._marks[at], self._numbers[at] = mark, number
                self._room -= 1


def packed(line: int, amount: int | None) -> int:
    """A line of a file and an amount (31 bits and a sign, or None) as one number for `Marks`."""
    return line << 32 | (_NONE if amount is None else amount) & _LOW


def unpacked(number: int) -> tuple[int, int | None]:
    """Line and amount of `packed`."""
    low = number & _LOW
    amount = low - (1 << 32) if low >> 31 else low
    return number >> 32, None if amount == _NONE else amount
