"""From the SKU a channel writes to the product it means. Exact first, then folded when it means one product only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from omscli.base.marks import Marks
from omscli.base.text import fold, nearest

_HELD = 16_000  # names of a catalogue that are held at a time
_MOST = 50_000  # SKUs of the largest catalogue in which a likeness is looked for


@dataclass(frozen=True, slots=True)
class Named:
    """The products and aliases of some folded names: (product id, SKU, folded), and (channel or "", folded, product id, alias)."""

    products: Sequence[tuple[int, str, str]]
    aliases: Sequence[tuple[str, str, int, str]]


class Names(Protocol):
    """A catalogue that is asked, where it is too large to be held."""

    def named(self, keys: Sequence[str]) -> Named:
        """What the folded names mean."""

    def skus(self, most: int) -> Sequence[str] | None:
        """Every SKU; None where there are more than that."""


@dataclass(slots=True)
class SkuIndex:
    """All names of all products, or with `names` those that were asked for so far. Product ids are the store's."""

    exact: dict[str, int] = field(default_factory=dict)
    folded: dict[str, list[str]] = field(default_factory=dict)
    aliases: dict[tuple[str, str], int] = field(default_factory=dict)  # (channel or "", folded alias)
    spelled: dict[tuple[str, int], list[str]] = field(default_factory=dict)  # aliases as they were taught, by (channel, product)
    names: Names | None = None
    _asked: set[str] = field(default_factory=set)
    _respelled: dict[str, str] = field(default_factory=dict)
    _others: Marks = field(default_factory=Marks)
    _more: int = 0
    _guesses: dict[str, str | None] = field(default_factory=dict)

    def add(self, product: int, sku: str) -> None:
        """Make a product findable."""
        self.exact[sku] = product
        self.folded.setdefault(fold(sku), []).append(sku)

    def learn(self, skus: Iterable[str]) -> None:
        """Ask for the names of a part of a file at once; whatever `find` does not know it asks for by itself, one by one."""
        if self.names is None:
            return
        exact = self.exact
        keys = {fold(sku) for sku in skus if sku not in exact}
        if len(self._asked) > _HELD:
            self.forget()
            keys = {fold(sku) for sku in skus}
        self._ask(keys - self._asked)

    def forget(self) -> None:
        """Ask for every name anew: there are more of them now."""
        if self.names is None:
            return
        for known in (self.exact, self.folded, self.aliases, self.spelled, self._asked):
            known.clear()

    def _ask(self, keys: Collection[str]) -> None:
        if self.names is None or not keys:
            return
        found = self.names.named(sorted(keys))
        self._asked.update(keys)
        for product, sku, key in found.products:
            self.exact[sku] = product
            self.folded.setdefault(key, []).append(sku)
        for channel, key, product, alias in found.aliases:
            self.aliases[channel, key] = product
            self.spelled.setdefault((channel, product), []).append(alias)

    def find(self, channel: str, sku: str) -> int | None:
        """The product, or None where nobody or more than one is meant."""
        found = self.exact.get(sku)
        if found is not None:
            return found
        key = fold(sku)
        if self.names is not None and key not in self._asked:
            self._ask((key,))
            found = self.exact.get(sku)
            if found is not None:
                return found
        found = self.aliases.get((channel, key)) or self.aliases.get(("", key))
        if found is not None:
            return found
        several = self.folded.get(key, ())
        if len(several) != 1:
            return None
        if len(self._respelled) < 5:
            self._respelled[sku] = several[0]
        elif sku not in self._respelled:
            self._more += self._others.add(sku)
        return self.exact[several[0]]

    def spellings(self) -> list[str]:
        """A sentence about the SKUs that were found though they are spelled otherwise than in the catalogue; none where all were exact."""
        if not self._respelled:
            return []
        some = ", ".join(f"{sku} is {name}" for sku, name in self._respelled.items())
        more = f" and {self._more} more" if self._more else ""
        return [f"SKUs that are spelled otherwise in the catalogue: {some}{more}"]

    def swapped(self, channel: str, pairs: Iterable[tuple[str, str]], before: int | None = None) -> tuple[str, str] | None:
        """The first pair of a file whose SKUs and titles have changed places: no SKU of it is known, and most of its titles are SKUs.

        Products from id `before` on are the file's own, and known by it alone.
        """
        told = dict.fromkeys(pairs)
        self.learn(sku for sku, _ in told)
        if any(self._is_known(self.find(channel, sku), before) for sku, _ in told):
            return None
        self.learn(title for _, title in told)
        found: dict[str, str] = {}
        others = 0
        for sku, title in told:
            if self._is_known(self.exact.get(title), before):
                found.setdefault(title, sku)
            else:
                others += 1
        title = next(iter(found), "")
        return (found[title], title) if len(found) > max(1, others) else None

    @staticmethod
    def _is_known(product: int | None, before: int | None) -> bool:
        return product is not None and (before is None or product < before)

    def names_in(self, channel: str) -> dict[int, list[str]]:
        """What a channel calls the products that it has names of its own for."""
        return {product: names for (where, product), names in self.spelled.items() if where == channel}

    def nearest(self, sku: str) -> str | None:
        """The SKU that was perhaps meant. Looking costs time: each text is looked up once, and none in a catalogue of very many."""
        if sku not in self._guesses:
            self._ask({fold(sku)} - self._asked)
            several = self.folded.get(fold(sku), ())
            if several:
                self._guesses[sku] = min(several)
            else:
                self._guesses[sku] = nearest(sku, self.every_name()) if len(self._guesses) < 200 else None
        return self._guesses[sku]

    def every_name(self) -> Collection[str]:
        """Every SKU, to look for a likeness; none where there are too many to look through."""
        if self.names is None:
            return self.exact if len(self.exact) <= _MOST else ()
        return self.names.skus(_MOST) or ()
