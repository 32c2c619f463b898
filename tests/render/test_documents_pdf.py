"""PDF papers: their bars read back by a decoder that did not draw them, their text taken out again, nothing cut, the same bytes twice."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from omscli.base.address import Address
from omscli.render.documents_model import PickLine, PickList, PurchaseLine, PurchaseOrder, Shop, Slip, SlipLine
from omscli.render.documents_pdf import Look, pick_pdf, purchase_pdf, return_pdf, slips_pdf
from omscli.render.press import PAPERS
from omscli.render.return_slip import ReturnSlip, ReturnSlipLine

FULL = bool(os.environ.get("OMS_TEST_FULL"))
ADDRESS = Address(name="Ann Lee", line1="1 King St", city="Perth", region="ON", postcode="K7H 1A1", country="CA")


def codes(data: bytes) -> list[str]:
    """What a scanner reads, page by page."""
    pages = pypdfium2.PdfDocument(data)
    return [found.text for page in pages for found in zxingcpp.read_barcodes(page.render(scale=203 / 72).to_pil())]


def text(data: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data))


def words(data: bytes) -> str:
    return "".join(text(data).split())


def slip(number: int, *lines: SlipLine, **more: object) -> Slip:
    made = Slip(f"S-{number}", f"SH-{number}", f"#{number}", ADDRESS, "USPS ground", lines or (SlipLine("MUG-BLUE", "Mug", "", 2),))
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("paper", PAPERS)
def test_a_scanner_reads_the_numbers_of_every_kind_of_paper(paper: str, slips: tuple[Slip, ...], pick: PickList, shop: Shop) -> None:
    look = Look(paper)
    assert {"S-1", "S-2", "S-3", "#1058", "MUG-BLUE"} <= set(codes(slips_pdf(slips, shop, look).data))
    assert {pick.id, "MUG-BLUE", "CUSTOM-RING", "陶器-01"} <= set(codes(pick_pdf([pick], "bin", look).data))
    order = PurchaseOrder("PO-4", "Acme", "2026-03-02", ADDRESS, (PurchaseLine("MUG-BLUE", "Mug", "", 2),))
    assert {"PO-4", "MUG-BLUE"} <= set(codes(purchase_pdf([order], shop, look).data))
    back = ReturnSlip("R-12", "SH-1", "#1", "damaged", ADDRESS, ADDRESS, (ReturnSlipLine("MUG-BLUE", "Mug", 1),))
    assert codes(return_pdf(back, shop, look).data).count("R-12") == 2


def test_the_numbers_of_many_slips_read_back_right(shop: Shop) -> None:
    count = 200 if FULL else 20
    made = [slip(1000 + n * 37, SlipLine(f"SKU-{n}/{n * n}", "Thing", "", 1)) for n in range(count)]
    for one in made:
        assert sorted(codes(slips_pdf([one], shop, Look("4x6")).data)) == sorted([one.shipment_ref, one.channel_order_id, one.lines[0].sku])


def test_the_same_paper_is_the_same_bytes(slips: tuple[Slip, ...], shop: Shop) -> None:
    first = slips_pdf(slips, shop, day="2026-03-02").data
    assert first == slips_pdf(slips, shop, day="2026-03-02").data
    assert first != slips_pdf(slips[:2], shop, day="2026-03-02").data


def test_fifty_lines_flow_to_further_pages_that_say_how_many_there_are(shop: Shop) -> None:
    lines = tuple(SlipLine(f"SKU-{n}", f"Thing number {n}", "", 1) for n in range(50))
    data = slips_pdf([slip(1, *lines)], shop, Look("4x6")).data
    pages = len(pypdfium2.PdfDocument(data))
    found = text(data)
    assert pages > 1
    assert [f"page {n} of {pages}" in found for n in range(1, pages + 1)] == [True] * pages
    assert all(f"Thing number {n}" in found for n in range(50))


@pytest.mark.parametrize("paper", PAPERS)
def test_a_name_of_400_letters_is_neither_cut_nor_lost(paper: str, shop: Shop) -> None:
    name = "".join(chr(ord("A") + n % 26) for n in range(400))
    data = slips_pdf(
        [slip(1, SlipLine("S" * 120, name, "", 1), ship_to=replace(ADDRESS, name=name), buyer_note=name * 20)], shop, Look(paper)
    ).data
    assert words(data).count(name[:26]) >= 1
    sizes = PAPERS[paper]
    for page in pypdfium2.PdfDocument(data):
        found = page.get_textpage()
        for box in [found.get_rect(n) for n in range(found.count_rects())]:
            left, bottom, right, top = (side / 72 * 25.4 for side in box)
            assert 0 < left < right <= sizes.width - sizes.margin + 0.5
            assert 0 < bottom < top < sizes.height


def test_control_letters_and_tricks_with_the_direction_are_left_out(shop: Shop) -> None:
    data = slips_pdf([slip(1, buyer_note="ring\x1b[2J twice\u202e\x00!")], shop).data
    assert "ring[2Jtwice!" in words(data)


def test_a_letter_without_a_font_is_a_question_mark_and_a_warning_that_says_what_to_install(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omscli.render.fonts_found._folders", lambda _: [])
    monkeypatch.setattr("omscli.render.fonts_found._files", lambda _: ())
    printed = slips_pdf([slip(1, ship_to=replace(ADDRESS, name="山田 Ann"))], shop)
    assert printed.warnings == ["no font of this machine has letters of Cjk; `?` stands for them: install fonts-noto-cjk"]
    assert "?? Ann" in text(printed.data)


def test_greek_cyrillic_and_arabic_need_no_font_of_the_machine(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omscli.render.fonts_found._files", lambda _: ())
    printed = slips_pdf([slip(1, ship_to=replace(ADDRESS, name="Ελένη", company="Владимир", line1="שלום"))], shop)
    assert printed.warnings == []
    assert all(name in text(printed.data) for name in ("Ελένη", "Владимир", "שלום"))


SCRIPTS = {
    "latin": "Jürgen Groß", "greek": "Ελένη", "cyrillic": "Владимир", "hebrew": "שלום", "arabic": "محمد", "devanagari": "नमस्ते",
    "thai": "สมชาย", "han": "山田太郎", "kana": "ひらがな", "hangul": "한국어", "emoji": "😀",
}  # fmt: skip


@pytest.mark.debian
@pytest.mark.skipif(not FULL, reason="make test-full")
@pytest.mark.parametrize("script", SCRIPTS)
def test_names_in_ten_scripts_come_out_as_they_went_in(script: str, shop: Shop) -> None:
    printed = slips_pdf([slip(1, ship_to=replace(ADDRESS, name=SCRIPTS[script]))], shop)
    assert printed.warnings == []
    assert SCRIPTS[script] in text(printed.data)


def test_a_reprint_says_so(pick: PickList) -> None:
    assert "REPRINT" in text(pick_pdf([replace(pick, reprint=True)]).data)
    assert "REPRINT" not in text(pick_pdf([pick]).data)


def test_the_logo_stands_on_the_paper(shop: Shop, tmp_path: Path) -> None:
    from PIL import Image

    logo = tmp_path / "logo.png"
    Image.new("RGB", (200, 100), "red").save(logo)
    picture = pypdfium2.PdfDocument(slips_pdf([slip(1)], shop, Look("a4", logo)).data)[0].render(scale=1).to_pil()
    assert (255, 0, 0) in {color for _, color in picture.getcolors(1_000_000)}


@pytest.mark.parametrize("by", ["bin", "order", "sku"])
def test_a_pick_list_holds_every_bin_and_order_whichever_way_it_is_sorted(by: str, pick: PickList) -> None:
    many = replace(pick, lines=tuple(PickLine(f"A-{n}", f"SKU-{n}", "Mug", "", 2, (("SH-1", 1), ("SH-2", 1))) for n in range(20)))
    found = text(pick_pdf([many], by).data)  # type: ignore[arg-type]
    assert all(f"A-{n}" in found for n in range(20))
    assert "SH-1" in found
    assert "SH-2" in found
