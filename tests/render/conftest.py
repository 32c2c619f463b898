"""A small morning's papers: three orders, one with a note, one engraved gift, one plain; and names that try to break out."""

import pytest

from omscli.base.address import Address
from omscli.render.documents_model import PickLine, PickList, PurchaseLine, PurchaseOrder, Shop, Slip, SlipLine, Waiting

ANN = Address(name="Ann Lee", line1="1 King St", line2="Apt 4", city="Perth", region="ON", postcode="K7H 1A1", country="CA")
JUERGEN = Address(
    name="Jürgen Groß", company="Groß & Söhne", line1="Hauptstr. 5", city="Berlin", postcode="10115", country="DE", phone="+49 30 123"
)
BO = Address(name="Bo Ek", line1="9 Elm St", city="Reno", region="NV", postcode="89501", country="US")


@pytest.fixture
def shop() -> Shop:
    address = Address(line1="12 Dock St", city="Brooklyn", region="NY", postcode="11201", country="US")
    return Shop("Mug Shop", address, "orders@mug.example")


@pytest.fixture
def slips() -> tuple[Slip, ...]:
    mug = SlipLine("MUG-BLUE", "Enamel mug with handle", "blue, 350 ml", 2)
    ring = SlipLine("CUSTOM-RING", "Ring with engraving", "silver, 54 mm", 1, note='"A & <b>B</b> forever" {{7*7}}')
    cup = SlipLine("陶器-01", "手作り陶器のカップ 大", "青", 2)
    waiting = (Waiting("Spoon, olive wood", 2, "2026-03-09"), Waiting("Bowl", 1))
    note = "Please ring twice.\nThe dog is friendly \x1b[2J\u202e"
    return (
        Slip("S-1", "SH-1058", "#1058", ANN, "USPS ground", (mug,), note, boxes=("small",), ship_on="2026-03-02", waiting=waiting),
        Slip("S-2", "ET-99", "3141592653", JUERGEN, "DHL", (ring, cup), gift=True, boxes=("small", "large")),
        Slip("S-3", "SH-1060", "#1060", BO, "USPS ground", (SlipLine("MUG-BLUE", "Enamel mug with handle", "blue, 350 ml", 5),)),
    )


@pytest.fixture
def pick(slips: tuple[Slip, ...]) -> PickList:
    lines = (
        PickLine("A-10-1", "MUG-BLUE", "Enamel mug with handle", "blue, 350 ml", 3, (("SH-1058", 2), ("SH-1060", 1))),
        PickLine("", "CUSTOM-RING", "Ring with engraving", "silver, 54 mm", 1, (("ET-99", 1),)),
        PickLine("A-2-3", "陶器-01", "手作り陶器のカップ 大", "青", 2, (("ET-99", 2),)),
        PickLine("B-1", "MUG-BLUE", "Enamel mug with handle", "blue, 350 ml", 4, (("SH-1060", 4),)),
    )
    return PickList("12", "brooklyn", "Brooklyn warehouse", "2026-03-02", lines, slips)


@pytest.fixture
def purchase() -> PurchaseOrder:
    lines = (PurchaseLine("MUG-BLUE", "Enamel mug", "blue", 2, "AC-1", "Gift wrap, please"), PurchaseLine("=1+1", "Pot", "", 1))
    return PurchaseOrder("PO-7", "Acme Ltd", "2026-03-02", JUERGEN, lines, "ET-99", "DHL", "2026-03-05", "No invoice in the box")
