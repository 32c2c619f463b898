"""Products, kits and the names other channels give them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from omscli.base.text import fold
from omscli.catalog.incoming import IncomingProduct
from omscli.catalog.resolve import Named, SkuIndex
from omscli.store.sqlite.rows import insert, next_id, select_in

_COLUMNS = (
    "title", "barcode", "weight_g", "length_mm", "width_mm", "height_mm", "price", "cost", "currency", "parent", "options", "category",
    "keep_upright", "fragile", "ships_alone", "hazmat", "returnable", "hs_code", "origin",
)  # fmt: skip


@dataclass(slots=True)
class Catalog:
    """Questions about what is sold."""

    connection: sqlite3.Connection

    def index(self) -> SkuIndex:
        """Every SKU and alias, to resolve the SKUs of a file."""
        found = SkuIndex()
        for product, sku, key in self.connection.execute("SELECT id, sku, sku_key FROM product"):
            found.exact[sku] = product
            found.folded.setdefault(key, []).append(sku)
        for channel, key, product, alias in self.connection.execute(
            "SELECT channel, alias_key, product_id, alias FROM alias ORDER BY alias"
        ):
            found.aliases[channel, key] = product
            found.spelled.setdefault((channel, product), []).append(alias)
        return found

    def lookup(self) -> SkuIndex:
        """The same, asked name by name or for a part of a file at once: memory does not grow with the catalogue."""
        return SkuIndex(names=self)

    def named(self, keys: Sequence[str]) -> Named:
        """What these folded names mean."""
        products = select_in(self.connection, "SELECT id, sku, sku_key FROM product WHERE sku_key IN ({marks}) ORDER BY id", keys)
        found = [(row[0], row[1], row[2]) for row in products]
        channels = [row[0] for row in self.connection.execute("SELECT DISTINCT channel FROM alias ORDER BY channel")]
        sql = "SELECT channel, alias_key, product_id, alias FROM alias WHERE channel = ? AND alias_key IN ({marks}) ORDER BY alias"
        aliases = [tuple(row) for channel in channels for row in select_in(self.connection, sql, keys, (channel,))]
        return Named(found, aliases)

    def skus(self, most: int) -> list[str] | None:
        """Every SKU; None where there are more than that."""
        found = [row[0] for row in self.connection.execute("SELECT sku FROM product LIMIT ?", (most + 1,))]
        return found if len(found) <= most else None

    def names(self) -> dict[int, str]:
        """The SKU of every product."""
        return dict(self.connection.execute("SELECT id, sku FROM product").fetchall())

    def known(self, skus: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Stored products by SKU, with `components` as a tuple of (SKU, units)."""
        found = {row["sku"]: dict(row) for row in select_in(self.connection, "SELECT * FROM product WHERE sku IN ({marks})", skus)}
        kits = self.kits(row["id"] for row in found.values())
        for row in found.values():
            row["components"] = tuple(kits.get(row["id"], ())) or None
        return found

    def scannable(self) -> list[tuple[str, str, str, str, list[tuple[str, int]]]]:
        """All that a scanner may meet: (SKU, title, barcode, parent, components), by SKU."""
        rows = self.connection.execute(
            "SELECT id, sku, title, COALESCE(barcode, ''), COALESCE(parent, '') FROM product ORDER BY sku"
        ).fetchall()
        kits = self.kits(row[0] for row in rows)
        return [(row[1], row[2], row[3], row[4], kits.get(row[0], [])) for row in rows]

    def measure(self, sku: str, told: Mapping[str, int | None]) -> None:
        """Weight or size of a product, by column."""
        text = ", ".join(f"{name} = ?" for name in told)
        self.connection.execute(f"UPDATE product SET {text} WHERE sku = ?", (*told.values(), sku))

    def kits(self, products: Iterable[int]) -> dict[int, list[tuple[str, int]]]:
        """Components of each kit, by SKU."""
        sql = (
            "SELECT k.kit_id, p.sku, k.quantity FROM kit_component k JOIN product p ON p.id = k.component_id"
            " WHERE k.kit_id IN ({marks}) ORDER BY k.kit_id, p.sku"
        )
        found: dict[int, list[tuple[str, int]]] = {}
        for kit, sku, quantity in select_in(self.connection, sql, products):
            found.setdefault(kit, []).append((sku, quantity))
        return found

    def goods(self, products: Iterable[int]) -> list[sqlite3.Row]:
        """What packing and the conditions of rules need of these products."""
        sql = "SELECT id, sku, weight_g, length_mm, width_mm, height_mm, ships_alone, hazmat, category, keep_upright, fragile FROM product WHERE id IN ({marks})"
        return list(select_in(self.connection, sql, dict.fromkeys(products)))

    def parts(self, products: Iterable[int]) -> dict[int, list[tuple[int, int]]]:
        """Components of each kit, by id, with units."""
        sql = "SELECT kit_id, component_id, quantity FROM kit_component WHERE kit_id IN ({marks}) ORDER BY kit_id, component_id"
        found: dict[int, list[tuple[int, int]]] = {}
        for kit, component, quantity in select_in(self.connection, sql, dict.fromkeys(products)):
            found.setdefault(kit, []).append((component, quantity))
        return found

    def kits_with(self, product: int) -> list[str]:
        """SKUs of the kits of which it is a part."""
        sql = "SELECT p.sku FROM kit_component k JOIN product p ON p.id = k.kit_id WHERE k.component_id = ? ORDER BY p.sku"
        return [row[0] for row in self.connection.execute(sql, (product,))]

    def next_product(self) -> int:
        """The id of the next product: those that are known have smaller ones."""
        return next_id(self.connection, "product")

    def add(self, products: list[IncomingProduct]) -> dict[str, int]:
        """New products in bulk, without their components. Returns their ids by SKU."""
        first = next_id(self.connection, "product")
        rows = [
            (first + n, one.sku, fold(one.sku), one.title or "", *(_stored(getattr(one, name)) for name in _COLUMNS[1:]))
            for n, one in enumerate(products)
        ]
        insert(self.connection, "product", ("id", "sku", "sku_key", *_COLUMNS), rows)
        return {one.sku: first + n for n, one in enumerate(products)}

    def change(self, product: int, values: dict[str, Any]) -> None:
        """New values of named columns."""
        names = [name for name in values if name in _COLUMNS]
        if names:
            text = ", ".join(f"{name} = ?" for name in names)
            stored = [("" if name == "title" and values[name] is None else _stored(values[name])) for name in names]
            self.connection.execute(f"UPDATE product SET {text} WHERE id = ?", (*stored, product))

    def set_components(self, kit: int, components: Iterable[tuple[int, int]]) -> None:
        """What one unit of the kit consumes; orders already decided keep what was stored with them."""
        self.connection.execute("DELETE FROM kit_component WHERE kit_id = ?", (kit,))
        insert(self.connection, "kit_component", ("kit_id", "component_id", "quantity"), [(kit, one, n) for one, n in components])

    def alias_of(self, channel: str, alias: str) -> dict[str, Any] | None:
        """What a name means in a channel: product, and how it is spelled."""
        sql = "SELECT product_id, alias FROM alias WHERE channel = ? AND alias_key = ?"
        row = self.connection.execute(sql, (channel, fold(alias))).fetchone()
        return dict(row) if row else None

    def add_alias(self, channel: str, alias: str, product: int) -> bool:
        """Teach another name. False where it was known already; one that pointed elsewhere points here now."""
        key = fold(alias)
        row = self.connection.execute("SELECT product_id FROM alias WHERE channel = ? AND alias_key = ?", (channel, key)).fetchone()
        if row and row["product_id"] == product:
            return False
        self.connection.execute(
            "INSERT INTO alias (channel, alias_key, alias, product_id) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (channel, alias_key) DO UPDATE SET product_id = excluded.product_id, alias = excluded.alias",
            (channel, key, alias, product),
        )
        return True

    def aliases(self, product: int | None = None) -> list[dict[str, Any]]:
        """Known aliases, all or of one product."""
        sql = "SELECT a.channel, a.alias, p.sku FROM alias a JOIN product p ON p.id = a.product_id"
        where, values = (" WHERE a.product_id = ?", (product,)) if product is not None else ("", ())
        return [dict(row) for row in self.connection.execute(f"{sql}{where} ORDER BY p.sku, a.channel, a.alias", values)]

    def listing(self, text: str = "", limit: int = -1) -> list[dict[str, Any]]:
        """Products whose SKU, title or category holds the text, with units over all places."""
        sql = (
            "SELECT p.sku, p.title, p.options, p.category, p.barcode, p.weight_g, p.length_mm, p.width_mm, p.height_mm, p.price, p.currency,"
            " COALESCE((SELECT SUM(on_hand) FROM stock_level s WHERE s.product_id = p.id), 0) AS on_hand"
            " FROM product p WHERE ? = '' OR instr(lower(p.sku || ' ' || p.title || ' ' || COALESCE(p.category, '')), lower(?)) > 0"
            " ORDER BY p.sku LIMIT ?"
        )
        return [dict(row) for row in self.connection.execute(sql, (text, text, limit))]


def _stored(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value
