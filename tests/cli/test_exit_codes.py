"""Each exit code with the words that stand beside it: scripts and people rely on both."""

from __future__ import annotations

import re
import sqlite3
import tempfile
from pathlib import Path

import pytest
from tests.cli.conftest import Oms
from tests.conftest import Shop, as_nobody, csv_text, rules_with


def test_done_is_nought(routed: Shop, oms: Oms) -> None:
    assert oms("notify", home=routed).code == 0
    assert oms("order", "list", home=routed).code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("order show SJ-3", 2, "error: there is no order SJ-3\nhint: did you mean {ref3}?\n"),
        ("why zzzzzz", 2, "error: there is no order zzzzzz\nhint: `oms order list` names them\n"),
        ("shipment show S-99", 2, "error: there is no shipment S-99\nhint: `oms shipment list` names them\n"),
        ("ship 3", 1, "error: order 3 is planned, but not released to picking\nhint: oms pick 3\n"),
        ("ship S-3", 1, "error: shipment S-3 of order {ref3} is planned, but not released to picking\nhint: oms pick {ref3}\n"),
        ("order hold 1", 1, "error: order {ref1} is shipped: there is nothing to hold\nhint: `oms order show` tells its story\n"),
        ("ship", 2, "error: name a shipment, a file with --from, or a label file with --labels-out\nhint: oms ship S-12 --tracking 9400…, oms ship --from labels.csv, oms ship --labels-out labels.csv --for pirateship\n"),
        ("import nowhere.csv", 4, "error: there is no file nowhere.csv\nhint: check the name\n"),
        ("import .", 4, "error: . is a folder\nhint: name the files in it, or put them into inbox/ of the home\n"),
        ("route --strategy magic", 2, "error: --strategy magic is unknown\nhint: each or batch\n"),
        ("route --effort -1", 2, "error: --effort -1 is less than nothing\nhint: 0 is the quickest; more looks longer for something cheaper\n"),
        ("route --rules other.yaml", 2, "error: --rules tries other rules and may not claim stock by them\nhint: add --dry-run, or put the rules into rules.yaml\n"),
        ("pick --by colour", 2, "error: --by colour is unknown\nhint: bin or order or sku\n"),
        ("pick --reprint x", 2, "error: --reprint x is no pick list\nhint: for example --reprint P-3\n"),
        ("pick --reprint P-²", 2, "error: --reprint P-² is no pick list\nhint: for example --reprint P-3\n"),
        ("order edit 3 --set town=Queens", 2, None),
        ("order edit 3 --set city", 2, "error: --set city is no FIELD=TEXT\nhint: for example --set postcode=02134\n"),
        ("stock receive --location main --item MUG", 2, "error: --item MUG is no SKU:QTY\nhint: for example --item MUG-BLUE:3\n"),
        ("stock receive --location main --item MUG:0", 2, "error: --item MUG:0: the quantity must be more than 0\nhint: for example --item MUG-BLUE:3\n"),
        ("stock adjust --location main --item MUG:-1", 2, "error: an adjustment needs a reason\nhint: add --reason, for example --reason broken\n"),
        ("doctor levle", 2, "error: no check is called levle\nhint: checks: file, schema, keys, levels, claims, lines, parcels, cover, holds, leaving, transfers, returns, reversals"),
        ("import --date-order ydm x.csv", 2, "error: --date-order ydm is unknown\nhint: dmy, mdy or ymd\n"),
        ("route --wait soon", 2, "error: --wait soon is no time\nhint: write 30s, 2m or 0s\n"),
        ("backup verify", 2, "error: there is no backup yet\nhint: oms backup\n"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_and_what_to_do(routed: Shop, oms: Oms, words: str, code: int, said: str | None) -> None:
    refs = {f"ref{n}": routed.show(n)["id"] for n in ("1", "3")}
    before = routed.dump()
    answer = oms(*words.split(), home=routed)
    assert (answer.code, answer.out) == (code, "")
    if said is None:
        assert re.fullmatch(r"error: [^\n]+\nhint: [^\n]+\n", answer.err)
    else:
        assert answer.err.startswith(said.format(**refs))
    assert routed.dump() == before


def test_the_checks_that_the_doctor_s_help_names_are_its_checks(shop: Shop, oms: Oms) -> None:
    told = re.search(r"(file, [a-z, ]+); none: all", re.sub(r"\s+", " ", oms("doctor", "-h").out))
    assert told
    assert told[1].split(", ") == shop.store.doctor.names()


def test_an_unknown_command_names_the_nearest_one(oms: Oms) -> None:
    said = oms("rout")
    assert (said.code, said.out) == (2, "")
    assert "No such command 'rout'. Did you mean 'route'" in said.err
    said = oms("order", "shwo")
    assert said.code == 2
    assert "Did you mean 'show'" in said.err


def test_without_words_the_help_is_shown(oms: Oms) -> None:
    said = oms()
    assert said.code == 2
    assert "oms import" in said.out + said.err


def test_the_version_is_said_in_one_line(oms: Oms) -> None:
    from omscli import __version__

    assert oms("--version").out == f"oms {__version__}\n"


def test_without_a_home_the_way_to_one_is_named(oms: Oms, tmp_path: Path) -> None:
    for words in (("status",), ("route",), ("import",), ("order", "show", "1"), ("doctor",), ("backup",)):
        said = oms(*words, "--home", str(tmp_path))
        assert said.code == 5
        assert said.err == (
            f"error: {tmp_path.resolve()} is no home of oms: it has no rules.yaml\n"
            "hint: go to your home folder, name it with --home DIR, or make one: `oms init`\n"
        )
    said = oms("status", "--home", str(tmp_path / "nowhere"))
    assert (said.code, said.err) == (
        5,
        f"error: there is no folder {tmp_path.resolve() / 'nowhere'}\nhint: `oms init DIR` makes a new home\n",
    )
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere"]


def test_the_home_is_found_from_a_folder_inside_it(routed: Shop, oms: Oms, monkeypatch: pytest.MonkeyPatch) -> None:
    routed.close()
    inside = routed.path / "a" / "b"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    assert oms("order", "list").code == 0


def test_what_needs_a_person_is_three(shop: Shop, oms: Oms) -> None:
    rows = [{"sku": "MUG", "location": "main", "on_hand": "many"}, {"sku": "CAP", "location": "main", "on_hand": 2}]
    path = shop.path / "stock.csv"
    path.write_bytes(csv_text(rows))
    said = oms("import", str(path), home=shop)
    assert said.code == 3
    assert f"warning: {path}:2: on_hand: " in said.err or "stock.csv:2: on_hand: " in said.err
    assert shop.level("CAP", "main")["on_hand"] == 2
    before = shop.dump()
    path.write_bytes(csv_text([rows[0], {**rows[1], "on_hand": 1}]))
    assert oms("import", "--strict", str(path), home=shop).code == 4
    assert shop.dump() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 1\ncurency: USD\n", r"error: .*rules\.yaml:2:1: .*currency"),
        ("version: 1\nlocations: [\n", r"error: .*rules\.yaml:\d+:\d+: "),
        ("version: 1\nversion: 1\n", r"error: .*rules\.yaml:2:1: "),
    ],
)
def test_bad_rules_are_refused_with_line_and_column(shop: Shop, oms: Oms, text: str, said: str) -> None:
    before = shop.dump()
    shop.close()
    (shop.path / "rules.yaml").write_text(text)
    Path("stock.csv").write_bytes(csv_text([{"sku": "MUG", "location": "main", "on_hand": 1}]))
    for words in (("rules", "check"), ("route",), ("import", "stock.csv")):
        answer = oms(*words, home=shop)
        assert (answer.code, answer.out) == (4, "")
        assert re.match(said, answer.err.replace("\n", " ")), answer.err
        assert "Traceback" not in answer.err
    shop.rules(rules_with(("main",)))
    assert shop.dump() == before


def test_bad_rules_stop_no_look_at_the_orders_help(oms: Oms, shop: Shop) -> None:
    (shop.path / "rules.yaml").write_text("version: 7\n")
    assert oms("order", "list", "-h", home=shop).code == 0
    shop.rules(rules_with(("main",)))


@pytest.mark.parametrize("plant", [b"", b"sku,location,on_hand\n" * 100])
@pytest.mark.parametrize("words", ["order list", "route", "doctor", "status", "backup", "import x.csv"])
def test_a_store_that_is_none_is_five(shop: Shop, oms: Oms, plant: bytes, words: str) -> None:
    other = shop.path / "typo.db"
    other.write_bytes(plant)
    if "x.csv" in words:
        Path("x.csv").write_bytes(csv_text([{"sku": "MUG", "location": "main", "on_hand": 1}]))
    said = oms(*words.split(), "--db", str(other), home=shop)
    assert (said.code, said.out) == (5, "")
    assert re.fullmatch(r"error: .*typo\.db is (not a store of oms|damaged or no SQLite file \(.*\))\nhint: .*\n", said.err)
    assert other.read_bytes() == plant


def test_a_damaged_store_is_five_for_the_doctor_and_the_finding_is_listed(shop: Shop, oms: Oms) -> None:
    shop.close()
    connection = sqlite3.connect(shop.home.db, isolation_level=None)
    connection.execute("UPDATE stock_level SET on_hand = on_hand + 1 WHERE product_id = 1")
    said = oms("doctor", home=shop)
    listed = oms("doctor", "levels", "--json", home=shop)
    connection.execute("UPDATE stock_level SET on_hand = on_hand - 1 WHERE product_id = 1")
    connection.close()
    assert said.code == listed.code == 5
    assert said.out.splitlines()[1].split("\t") == [
        "error", "levels", "I1 MUG at main: levels 11/0/0, the movements sum to 10/0/0", "oms backup restore",
    ]  # fmt: skip
    assert [one["check"] for one in listed.json["findings"]] == ["levels"]


@pytest.mark.parametrize("text", ["yesterday", "2026-03-02", "2026-03-02T14:00:00", "2026-13-02T14:00:00Z", "1e3"])
def test_a_clock_that_is_no_instant_is_wrong_usage(shop: Shop, oms: Oms, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("OMS_NOW", text)
    for words in (("status",), ("route",)):
        said = oms(*words, home=shop)
        assert (said.code, said.out) == (2, "")
        assert (
            said.err
            == f"error: $OMS_NOW is {text!r}, which is no instant\nhint: write it as 2026-03-02T14:05:00Z or with an offset like +01:00\n"
        )


@pytest.mark.parametrize("text", ["2026-03-02T15:00:00+01:00", "2026-03-02T14:00:00.250Z", " 2026-03-02T14:00:00Z "])
def test_a_clock_with_an_offset_is_understood(routed: Shop, oms: Oms, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("OMS_NOW", text)
    assert oms("status", "--json", home=routed).code == 0


def test_a_number_that_two_channels_use_is_asked_back(shop: Shop, oms: Oms) -> None:
    for channel in ("shop", "web"):
        shop.rules(
            rules_with(("main",), channels={"shop": {"reader": "native", "prefix": "SH"}, "web": {"reader": "native", "prefix": "WE"}})
        )
        shop.order("7", {"MUG": 1}, channel=channel)
    said = oms("order", "show", "7", home=shop)
    assert (said.code, said.err) == (2, "error: 7 is the number of 2 orders\nhint: name one: SH-7, WE-7\n")
    for word in ("WE-7", "web:7", "we-7"):
        assert oms("order", "show", word, "--json", home=shop).json["order"]["id"] == "WE-7"


def test_a_defect_is_one_sentence_and_no_traceback(shop: Shop, oms: Oms, monkeypatch: pytest.MonkeyPatch) -> None:
    from omscli.workflows import looking

    def broken(*_: object) -> None:
        raise RuntimeError("wheels fell off")

    monkeypatch.setattr(looking, "status", broken)
    said = oms("status", home=shop)
    assert said.code == 1
    assert re.fullmatch(
        r"error: a defect: RuntimeError in test_exit_codes\.py:\d+: wheels fell off\nhint: nothing half done; .*\n", said.err
    )


def test_a_question_without_anyone_to_ask_is_refused(routed: Shop, oms: Oms) -> None:
    assert oms("backup", home=routed).code == 0
    for more in ((), ("--no-input",)):
        said = oms("backup", "restore", *more, home=routed)
        assert said.code == 2
        assert "answer with --yes; there is nobody to ask here" in said.err


def test_a_file_that_may_not_be_read_is_refused() -> None:
    from omscli.channels.source import Source

    with tempfile.TemporaryDirectory(prefix="oms-test-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        secret = Path(folder) / "secret.csv"
        secret.touch(0o000)
        assert as_nobody(lambda: str(Source.of_path(secret))) == f"Refused: {secret} cannot be read: Permission denied"


@pytest.mark.parametrize(
    "words",
    [
        "order list --limit 99999999999999999999",
        "shipment show S-99999999999999999999",
        "ship S-99999999999999999999 --tracking 1",
        "pick --reprint P-99999999999999999999",
        "product alias MUG ''",
        "order edit 3 --set ship_by=soon",
        "order edit 3 --set deliver_by=2026-02-30",
        "order edit 3 --set payment=maybe",
        "order edit 3 --set pickup_location=moon",
        "ship S-2 --tracking 5 --carrier post --at 2026-13-45",
        "ship S-2 --tracking 5 --carrier post --cost -5",
        "order list --since tomorrow",
        "order list --status nope",
        "order list --channel nope",
        "init /proc/x",
    ],
)
def test_a_value_without_sense_is_refused_and_no_defect(routed: Shop, oms: Oms, words: str) -> None:
    before = routed.dump()
    said = oms(*[word.strip("'") for word in words.split(" ")], home=routed)
    assert "defect" not in said.err
    assert said.code in (1, 2, 4)
    assert routed.dump() == before


def test_a_pick_list_printed_again_speaks_json(routed: Shop, oms: Oms) -> None:
    assert oms("pick", "--reprint", "P-1", "--json", home=routed).json["schema"] == "oms.pick/1"


def test_a_dry_run_prints_no_pick_list_again(routed: Shop, oms: Oms) -> None:
    oms("pick", "--reprint", "P-1", "-n", "-o", "again.html", home=routed)
    assert not Path("again.html").exists()
