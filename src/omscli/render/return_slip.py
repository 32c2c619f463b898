"""The slip that a customer puts into the parcel: the number of the return, large, and where it goes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from omscli.base.address import Address
from omscli.render.address_lines import address_lines
from omscli.render.documents_model import Shop
from omscli.render.templating import Limit, render

_LIMIT = Limit(characters=2_000_000, seconds=20)


@dataclass(frozen=True, slots=True)
class ReturnSlipLine:
    """Units of one article that come back."""

    sku: str
    title: str
    units: int


@dataclass(frozen=True, slots=True)
class ReturnSlip:
    """One return on paper. `carrier` are its carrier and number, empty while nobody knows them."""

    number: str
    order_ref: str
    channel_order_id: str
    reason: str
    sender: Address
    to: Address
    lines: tuple[ReturnSlipLine, ...]
    carrier: str = ""


def return_slip_html(slip: ReturnSlip, shop: Shop, templates: Path | None = None) -> str:
    """One page for the browser's print command."""
    values = {"slip": slip, "shop": shop, "to": address_lines(slip.to), "sender": address_lines(slip.sender)}
    return render(["return.html"], values, templates, _LIMIT)
