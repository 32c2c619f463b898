"""Papers as HTML for the browser's print command, A4 and Letter: pick lists, packing slips, purchase orders.

A page loads nothing from anywhere: it has no script, its styles stand inside, and its own policy forbids the rest. Text and
CSV of a pick list are in `picking`, which does not need the template engine.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from omscli.render.address_lines import address_lines
from omscli.render.documents_model import PickList, PurchaseOrder, Shop, Slip
from omscli.render.picking import By, arranged, headline, notes_of
from omscli.render.safe import sheet_cell
from omscli.render.templating import Limit, render

_LIMIT = Limit(characters=200_000_000, seconds=120)
_SORTED = {"bin": "sorted by bin", "order": "order by order", "sku": "totals by SKU"}


def pick_html(pick: PickList, by: By = "bin", templates: Path | None = None) -> str:
    """The pick list, one table with check boxes; what buyers asked for stands in a thick box above it."""
    notes = notes_of(pick)
    values = {
        "pick": pick,
        "groups": arranged(pick, by),
        "notes": notes,
        "noted": {note.order_ref for note in notes},
        "headline": headline(pick),
        "sorted": _SORTED[by],
    }
    return render(["pick.html"], values, templates, _LIMIT)


def slips_html(slips: Sequence[Slip], shop: Shop, templates: Path | None = None) -> str:
    """Packing slips, each on a page of its own. No prices."""
    home = shop.address.country if shop.address else ""
    pages = [(slip, address_lines(slip.ship_to, home)) for slip in slips]
    values = {"pages": pages, "shop": shop, "shop_lines": address_lines(shop.address, home) if shop.address else []}
    return render(["slip.html"], values, templates, _LIMIT)


def purchase_html(order: PurchaseOrder, shop: Shop, templates: Path | None = None) -> str:
    """The purchase order: what to send, and to whom."""
    home = shop.address.country if shop.address else ""
    values = {
        "order": order,
        "shop": shop,
        "shop_lines": address_lines(shop.address, home) if shop.address else [],
        "ship_to": address_lines(order.ship_to),
    }
    return render(["purchase.html"], values, templates, _LIMIT)


def purchase_csv(order: PurchaseOrder) -> str:
    """The same for a supplier who reads spreadsheets: one row a line, the address on each of them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    address = order.ship_to.as_json()
    head = ["purchase", "order", "sku", "supplier_sku", "title", "options", "quantity", "note"]
    writer.writerow([*head, *address, "service", "deliver_by", "purchase_note"])
    for line in order.lines:
        about = [order.id, order.order_ref, line.sku, line.supplier_sku, line.title, line.options]
        rest = [line.note, *address.values(), order.service, order.deliver_by, order.note]
        writer.writerow([*map(sheet_cell, about), line.quantity, *map(sheet_cell, rest)])
    return out.getvalue()
