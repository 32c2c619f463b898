"""`oms sync`, `oms channel` and label files as a person calls them."""

from __future__ import annotations

import pytest
from tests.cli.conftest import Oms
from tests.conftest import Shop, csv_text

LISTING = (
    b"item-name\tlisting-id\tseller-sku\tprice\tquantity\tasin1\tfulfillment-channel\tstatus\n"
    b"Mug\t1\tMUG\t9.99\t2\tB01\tDEFAULT\tActive\nOld\t2\tOLD\t9.99\t3\tB02\tDEFAULT\tActive\n"
)


@pytest.fixture
def at_home(routed: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.chdir(routed.path)
    return routed


def test_from_the_feed_to_the_mark_and_silence(at_home: Shop, oms: Oms) -> None:
    first = oms("sync", home=at_home)
    path = "out/2026-03-02-amazon-stock-2.txt"
    assert first.code == 0
    assert first.out.splitlines()[1] == f"stock for amazon\t2\tnew\t{path}"
    assert first.err == f"upload to amazon: {path}, then: oms channel mark-uploaded amazon\n"
    assert (at_home.path / path).exists()
    assert "1\tfile to upload\tsee below" in oms("status", home=at_home).out

    assert oms("channel", "mark-uploaded", "amazon", home=at_home).err == f"{path} counts as uploaded\n"
    quiet = oms("sync", "-q", home=at_home)
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
    assert oms("channel", "mark-uploaded", "amazon", home=at_home).err == "nothing waits to be uploaded to amazon\n"


def test_comparing_exits_with_three_where_a_channel_says_otherwise(at_home: Shop, oms: Oms) -> None:
    (at_home.path / "listing.txt").write_bytes(LISTING)
    said = oms("sync", "amazon", "--compare", "listing.txt", home=at_home)
    assert said.code == 3
    assert said.out.splitlines()[1:] == ["MUG\t\t2\t3"]
    assert said.err == "warning: nobody knows these SKUs of amazon: OLD\n1 SKU differs, 0 are as they should be; next: oms sync amazon\n"
    assert oms("sync", "--compare", "listing.txt", home=at_home).err.startswith("error: --compare needs one channel\n")


def test_labels_go_to_standard_output_or_a_file(at_home: Shop, oms: Oms) -> None:
    shown = oms("ship", "--labels-out", "-", "--for", "native", "-n", home=at_home)
    assert (shown.code, shown.out) == (0, ""), "a dry run writes nothing"
    said = oms("ship", "--labels-out", "labels.csv", "--for", "native", home=at_home)
    assert (said.code, said.err) == (0, "1 parcel is in labels.csv; back with: oms ship --from FILE\n")
    assert (at_home.path / "labels.csv").read_text().splitlines()[1].startswith("S-2,SH-2,2,shop,")
    again = oms("ship", "--labels-out", "-", "--for", "native", "--again", home=at_home)
    assert again.out == (at_home.path / "labels.csv").read_text()


def test_what_is_no_tracking_file_is_refused_before_anything_of_it_goes_in(at_home: Shop, oms: Oms) -> None:
    before = at_home.dump()
    said = oms("ship", "--from", "more.csv", home=at_home)
    assert (said.code, said.err) == (4, "error: more.csv holds orders, not tracking\nhint: oms import more.csv\n")
    assert at_home.dump() == before


def test_a_refused_feed_ends_with_three_and_says_why(at_home: Shop, oms: Oms) -> None:
    rules = (at_home.path / "rules.yaml").read_text()
    (at_home.path / "rules.yaml").write_text(f"{rules}stock_sync: [{{location: main, path: feed.csv, quantity_is: on_hand}}]\n")
    (at_home.path / "feed.csv").write_bytes(csv_text([{"sku": sku, "location": "main", "on_hand": 0} for sku in ("MUG", "CAP")]))
    said = oms("sync", home=at_home)
    assert said.code == 3
    assert (
        "warning: main: feed.csv: the stock of main would fall by 100 % (11 to 0 units; so the file says)"
        " — if that is right: oms sync --accept-drop; else ask for the file again\n"
    ) in said.err
    believed = oms("sync", "--accept-drop", home=at_home)
    assert (believed.code, "more of a product is promised than was counted" in believed.err) == (3, True)
    assert at_home.level("MUG", "main")["on_hand"] == 0
