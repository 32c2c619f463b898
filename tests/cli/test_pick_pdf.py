"""`oms pick --format pdf`: where the pages go."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Oms
from tests.conftest import Shop


def test_a_pdf_for_the_screen_is_refused_before_anything_is_released(shop: Shop, oms: Oms) -> None:
    shop.order("1", {"MUG": 2})
    shop.route()
    said = oms("pick", "--format", "pdf", "-o", "-", home=shop)
    assert (said.code, said.out) == (2, "")
    assert said.err == "error: a PDF does not go to the screen\nhint: name a file: -o picks.pdf\n"
    assert shop.store.shipments.by_id([1])[0]["state"] == "planned"


def test_a_list_goes_to_the_pdf_that_is_named(shop: Shop, oms: Oms, tmp_path: Path) -> None:
    shop.order("1", {"MUG": 2})
    shop.route()
    target = tmp_path / "picks.pdf"
    assert oms("pick", "-o", str(target), home=shop).code == 0
    assert target.read_bytes().startswith(b"%PDF-")
    oms("pick", "--reprint", "P-1", "-o", str(target), home=shop)
    assert target.read_bytes().startswith(b"%PDF-")
