"""500 labels of 4 × 6 inch, by oms and by bare fpdf2: the same text, the same bars. CPU seconds, in one run.

.venv/bin/python benchmarks/documents.py
"""

from __future__ import annotations

import time

import zxingcpp
from fpdf import FPDF

from omscli.base.address import Address
from omscli.render.barcodes import bars, squares
from omscli.render.documents_model import Shop, Slip, SlipLine
from omscli.render.documents_pdf import Look, slips_pdf
from omscli.render.fonts_found import BOLD, REGULAR

COUNT = 500
SHOP = Shop("Mug Shop", Address(line1="12 Dock St", city="Brooklyn", region="NY", postcode="11201", country="US"), "orders@mug.example")


def slip(number: int) -> Slip:
    """A shipment of two lines."""
    to = Address(name=f"Customer {number}", line1=f"{number} Main St", city="Perth", region="ON", postcode="K7H 1A1", country="CA")
    lines = (SlipLine("MUG-BLUE", "Enamel mug with handle", "blue", 2), SlipLine("LAMP-02", "Desk lamp", "brass", 1))
    return Slip(f"S-{number}", f"SH-{number}", f"#{number}", to, "USPS ground", lines, boxes=("small",), ship_on="2026-03-02")


def bare(slips: list[Slip]) -> bytes:
    """What one would write by hand: fixed places, one cell a line, the bars as pictures of zxing-cpp."""
    pdf = FPDF(unit="mm", format=(101.6, 152.4))
    pdf.set_auto_page_break(False)
    pdf.add_font("body", "", REGULAR)
    pdf.add_font("body", "B", BOLD)
    for one in slips:
        pdf.add_page()
        pdf.set_font("body", "", 8)
        pdf.set_xy(5, 5)
        to = one.ship_to
        for text in (
            "Mug Shop", "12 Dock St, Brooklyn NY 11201", "orders@mug.example", f"Order {one.channel_order_id}", f"Our number {one.order_ref} · USPS ground",
            "Ships 2026-03-02", "Box: small", one.shipment_ref, "Ship to", to.name, to.line1, "Perth ON K7H 1A1", "CANADA", "page 1 of 1",
        ):  # fmt: skip
            pdf.set_x(5)
            pdf.cell(90, 4, text, new_x="LMARGIN", new_y="NEXT")
        for line in one.lines:
            for text in (str(line.quantity), line.title, line.options, line.sku):
                pdf.set_x(5)
                pdf.cell(60, 4, text, new_x="LMARGIN", new_y="NEXT")
        for place, (text, kind) in enumerate(
            ((one.shipment_ref, "Code128"), (one.channel_order_id, "QRCode"), *((x.sku, "Code128") for x in one.lines))
        ):
            symbol = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind)).to_image(scale=2)
            from PIL import Image

            view = memoryview(symbol)
            picture = Image.frombytes("L", (view.shape[1], view.shape[0]), view.tobytes())
            pdf.image(picture, x=60, y=10 + 30 * place, w=35, h=20)
    return bytes(pdf.output())


def main() -> None:
    """Both, and how they compare."""
    slips = [slip(1000 + number) for number in range(COUNT)]
    bare(slips[:2])
    slips_pdf(slips[:2], SHOP, Look("4x6"))
    bars.cache_clear()
    squares.cache_clear()
    start = time.process_time()
    theirs = bare(slips)
    middle = time.process_time()
    ours = slips_pdf(slips, SHOP, Look("4x6")).data
    end = time.process_time()
    print(f"{COUNT} labels: bare fpdf2 {middle - start:.2f} s ({len(theirs):,} bytes), oms {end - middle:.2f} s ({len(ours):,} bytes)")
    print(f"ratio {(end - middle) / (middle - start):.2f}")


if __name__ == "__main__":
    main()
