"""From the SKU a channel writes to the product it means. Exact first, then folded when it means one product only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from omscli.base.text import fold, nearest


@dataclass(slots=True)
class SkuIndex:
    """All names of all products. Product ids are the store's."""

    exact: dict[str, int] = field(default_factory=dict)
    folded: dict[str, list[int]] = field(default_factory=dict)
    aliases: dict[tuple[str, str], int] = field(default_factory=dict)  # (channel or "", folded alias)
    spelled: dict[tuple[str, int], list[str]] = field(default_factory=dict)  # aliases as they were taught, by (channel, product)
    _respelled: dict[str, int] = field(default_factory=dict)
    _guesses: dict[str, str | None] = field(default_factory=dict)

    def add(self, product: int, sku: str) -> None:
        """Make a product findable."""
        self.exact[sku] = product
        self.folded.setdefault(fold(sku), []).append(product)

    def find(self, channel: str, sku: str) -> int | None:
        """The product, or None where nobody or more than one is meant."""
        found = self.exact.get(sku)
        if found is not None:
            return found
        key = fold(sku)
        found = self.aliases.get((channel, key)) or self.aliases.get(("", key))
        if found is not None:
            return found
        several = self.folded.get(key, ())
        if len(several) != 1:
            return None
        self._respelled[sku] = several[0]
        return several[0]

    def spellings(self) -> list[str]:
        """A sentence about the SKUs that were found though they are spelled otherwise than in the catalogue; none where all were exact."""
        if not self._respelled:
            return []
        names = {product: sku for sku, product in self.exact.items()}
        some = ", ".join(f"{sku} is {names[product]}" for sku, product in list(self._respelled.items())[:5])
        more = f" and {len(self._respelled) - 5} more" if len(self._respelled) > 5 else ""
        return [f"SKUs that are spelled otherwise in the catalogue: {some}{more}"]

    def swapped(self, channel: str, pairs: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
        """The first pair of a file whose SKUs and titles have changed places: no SKU of it is known, and most of its titles are SKUs."""
        found: dict[str, str] = {}
        others = 0
        for sku, title in dict.fromkeys(pairs):
            if self.find(channel, sku) is not None:
                return None
            if title in self.exact:
                found.setdefault(title, sku)
            else:
                others += 1
        title = next(iter(found), "")
        return (found[title], title) if len(found) > max(1, others) else None

    def names_in(self, channel: str) -> dict[int, list[str]]:
        """What a channel calls the products that it has names of its own for."""
        return {product: names for (where, product), names in self.spelled.items() if where == channel}

    def nearest(self, sku: str) -> str | None:
        """The SKU that was perhaps meant. Looking costs time in a large catalogue, so each text is looked up once."""
        if sku not in self._guesses:
            several = self.folded.get(fold(sku), ())
            if several:
                self._guesses[sku] = min(name for name, product in self.exact.items() if product in several)
            else:
                self._guesses[sku] = nearest(sku, self.exact) if len(self._guesses) < 200 else None
        return self._guesses[sku]
