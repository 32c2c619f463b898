"""What holds for every command of the tree, also for those that will be added."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Oms, tree
from tests.conftest import Shop, rules_with

from omscli.workflows import transfers
from omscli.workflows.returning import ReturnWish, approve, open_return

TREE = tree()
COMMON = {
    "--home", "--json", "-q", "--quiet", "-v", "--verbose", "-n", "--dry-run", "-y", "--yes", "--no-input", "--wait", "--attention-ok",
}  # fmt: skip
every_command = pytest.mark.parametrize(("words", "command"), TREE, ids=[words for words, _ in TREE])

# Each command that answers from the store, as called in the `routed` shop, and the schema of its document.
ASKING = {
    "status": ("status", "oms.status/1"),
    "why": ("why 3", "oms.why/1"),
    "promise": ("promise --item MUG:2 --to 11201", "oms.promise/1"),
    "order list": ("order list", "oms.orders/1"),
    "order show": ("order show 2", "oms.order/1"),
    "stock list": ("stock list", "oms.stock/1"),
    "stock show": ("stock show MUG", "oms.stock/1"),
    "stock history": ("stock history MUG", "oms.stock.history/1"),
    "stock balance": ("stock balance", "oms.stock.balance/1"),
    "stock transfer list": ("stock transfer list --all", "oms.stock.transfers/1"),
    "stock transfer show": ("stock transfer show T-1", "oms.stock.transfer/1"),
    "purchase suggest": ("purchase suggest", "oms.purchase.suggest/1"),
    "stock holds": ("stock holds", "oms.stock.holds/1"),
    "product list": ("product list", "oms.products/1"),
    "product show": ("product show MUG", "oms.product/1"),
    "return list": ("return list", "oms.returns/1"),
    "return show": ("return show R-1", "oms.return/1"),
    "shipment list": ("shipment list", "oms.shipments/1"),
    "shipment show": ("shipment show S-2", "oms.shipment/1"),
    "channel list": ("channel list", "oms.channels/1"),
    "channel show": ("channel show amazon", "oms.channel/1"),
    "rules check": ("rules check", "oms.rules.check/1"),
    "simulate": ("simulate", "oms.simulate/1"),
    "rules report": ("rules report", "oms.rules_report/1"),
    "rules test": ("rules test", "oms.rules_test/1"),
    "doctor": ("doctor", "oms.doctor/1"),
    "backup list": ("backup list", "oms.backup/1"),
}
# Each command that changes something: how it is called, its schema, and the codes that are right.
WRITING = {
    "import": ("import more.csv", "oms.import/1", (0,)),
    "route": ("route", "oms.route/1", (3,)),
    "pick": ("pick", "oms.pick/1", (0,)),
    "pack": ("pack S-2 --weigh 900 --measure 610x410x405", "oms.pack/1", (0,)),
    "ship": ("ship S-2 --carrier post --tracking T2", "oms.ship/1", (0,)),
    "sync": ("sync", "oms.sync/1", (0,)),
    "channel pause": ("channel pause", "oms.channel.pause/1", (0,)),
    "channel resume": ("channel resume", "oms.channel.pause/1", (0,)),
    "shipment short": ("shipment short S-2 --item MUG:1", "oms.shipment.short/1", (0, 3)),
    "shipment deliver": ("shipment deliver S-1", "oms.shipment.deliver/1", (0,)),
    "return open": ("return open 7 --item POT:1 --reason whim --note small", "oms.return.change/1", (0, 3)),
    "return approve": ("return approve R-1", "oms.return.change/1", (0,)),
    "return reject": ("return reject R-1 --reason worn", "oms.return.change/1", (0,)),
    "return label": ("return label R-2", "oms.return.change/1", (0,)),
    "return receive": ("return receive R-2 --location annex --item POT:1", "oms.return.change/1", (0,)),
    "return refund": ("return refund R-2 --item POT:1", "oms.return.refund/1", (0,)),
    "return close": ("return close R-2", "oms.return.change/1", (0,)),
    "shipment reopen": ("shipment reopen S-1", "oms.shipment.reopen/1", (0,)),
    "undo": ("undo 12", "oms.undo/1", (0,)),
    "channel mark-uploaded": ("channel mark-uploaded amazon", "oms.channel/1", (0,)),
    "notify": ("notify", "oms.notify/1", (0,)),
    "order hold": ("order hold 3 --reason odd", "oms.order.change/1", (0,)),
    "order release": ("order release 6", "oms.order.change/1", (0,)),
    "order cancel": ("order cancel 3", "oms.order.change/1", (0,)),
    "order edit": ("order edit 3 --set city=Queens", "oms.order.change/1", (0,)),
    "order pin": ("order pin 3 --location annex", "oms.order.change/1", (0,)),
    "order unpin": ("order unpin 3", "oms.order.change/1", (0,)),
    "stock receive": ("stock receive --location main --item CAP:4", "oms.stock.change/1", (0,)),
    "stock adjust": ("stock adjust --location main --item MUG:-1 --reason broken", "oms.stock.change/1", (0,)),
    "stock count": ("stock count --location main --item MUG:6", "oms.stock.count/1", (0,)),
    "stock transfer new": ("stock transfer new --from main --to annex --item MUG:2", "oms.stock.transfer/1", (0,)),
    "stock transfer send": ("stock transfer send T-1", "oms.stock.transfer/1", (0,)),
    "stock transfer receive": ("stock transfer receive T-2", "oms.stock.transfer/1", (0,)),
    "stock transfer close": ("stock transfer close T-2 --reason lost", "oms.stock.transfer/1", (0,)),
    "stock transfer cancel": ("stock transfer cancel T-2", "oms.stock.transfer/1", (0,)),
    "stock hold": ("stock hold --location main --item MUG:2 --until 2026-03-07 --for Ann", "oms.stock.hold/1", (0,)),
    "stock unhold": ("stock unhold H-1", "oms.stock.hold/1", (0,)),
    "product alias": ("product alias MUG NOBODY", "oms.alias/1", (0,)),
    "backup": ("backup", "oms.backup/1", (0,)),
    "backup verify": ("backup verify", "oms.backup/1", (0,)),
    "backup restore": ("backup restore --yes", "oms.backup/1", (0,)),
    "init": ("init new-home", "oms.init/1", (0,)),
}
# What is refused with exit 1 or 2, also when it is only tried.
REFUSED = (
    "ship 3", "ship S-9", "order hold 1", "order edit 1 --set city=Queens", "order cancel 1", "order pin 1 --location main", "order pin 3 --location moon", "order unpin 99", "order release a-very-long-order-number-that-nobody-may-cut-1234567890",
    "stock adjust --location main --item MUG:-99 --reason lost", "stock receive --location moon --item MUG:1", "stock receive --location main --item MUGG:1",
    "stock count", "stock count --due", "stock count --location main --item MUGG:1", "stock count --location main --due --item MUG:1",
    "stock transfer new --from main --to main --item MUG:1", "stock transfer new --from main --to moon --item MUG:1", "stock transfer send T-9",
    "stock transfer receive T-1", "stock transfer receive T-2 --item CAP:1", "stock transfer close T-1 --reason lost", "stock transfer close T-2",
    "stock hold --location main --item MUG:4 --until 2026-03-07 --for Ann", "stock hold --location main --item MUG:1 --until 2026-03-01 --for Ann",
    "stock unhold H-9", "stock unhold --for Nobody", "stock unhold", "stock adjust --location main --item MUG:9 --state damaged --reason dropped",
    "stock adjust --location main --item MUG:1 --state gone --reason dropped",
    "product alias NOBODY X", "pick 6", "pick --location moon", "sync moon", "channel mark-uploaded moon", "channel mark-uploaded amazon no.txt",
    "ship --labels-out x.csv", "ship --labels-out x.csv --for stamps", "ship --labels-out x.csv --for native --location moon", "backup restore nothing.db --yes",
    "undo 1", "undo 9", "undo 99", "return open 7 --item POT:9 --reason whim", "return open 3 --item MUG:1 --reason whim", "return open 7 --item MUGG:1 --reason whim",
    "return approve R-9", "return receive R-1 --location main", "return receive R-2 --location moon", "return receive R-2 --location main --disposition burnt",
    "return refund R-1", "return refund R-2", "return refund R-2 --amount 99999", "return refund R-2 --amount x", "return reject R-2", "return close R-1",
    "return label R-1", "return label R-2 --for pirateship", "return label R-2 --for stamps --labels-out x.csv", "shipment short S-3 --item MUG:1", "shipment short S-2 --item CAP:2", "shipment short S-2 --item SET:1",
    "shipment short S-2 --item MUG:1 --reason gone", "shipment deliver S-2", "shipment deliver S-1 --on 2026-03-03", "shipment reopen S-3", "shipment reopen S-99", "channel pause moon", "channel pause --until 2020-01-01",
)  # fmt: skip


@pytest.fixture
def at_home(routed: Shop, oms: Oms, monkeypatch: pytest.MonkeyPatch) -> Shop:
    _send_to_an_annex(routed)
    monkeypatch.chdir(routed.path)
    monkeypatch.setenv("OMS_HOME", str(routed.path))
    return routed


def _send_to_an_annex(shop: Shop) -> None:
    """T-1 is a draft, T-2 is on its way."""
    shop.rules(rules_with(("main", "annex")))
    for reason in ("", "more"):
        transfers.new(shop.home, shop.store, ("main", "annex"), [("MUG", 1)], None, reason)
    transfers.send(shop.home, shop.store, "T-2", None)
    _send_back(shop)
    shop.close()


def _send_back(shop: Shop) -> None:
    """Three pots of order 7 left; R-1 waits for a decision, R-2 is approved: a pot each."""
    shop.products("POT")
    shop.stock(main={"POT": 3})
    shop.order("7", {"POT": 3})
    shop.route()
    shop.pick(orders=[7])
    shop.ship("7")
    for reason in ("whim", "broken"):
        open_return(shop.home, shop.store, ReturnWish("7", [("POT", 1)], reason))
    approve(shop.home, shop.store, "R-2")


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "oms.db" not in path.name
    }


@every_command
def test_every_command_has_a_summary_and_an_example_in_its_help(words: str, command: Any, oms: Oms) -> None:
    del command
    for ending in ("-h", "--help"):
        said = oms(*words.split(), ending)
        assert said.code == 0
        assert re.search(rf"Examples?:\n +oms {words}\b", said.out), said.out
        assert len(said.out.split("\n")) > 5


@every_command
def test_every_command_takes_the_common_options(words: str, command: Any) -> None:
    own = {name for parameter in command.params for name in parameter.opts}
    assert own >= COMMON
    lists = words.endswith(" list") or words in ("stock history", "stock holds")
    assert lists == (own >= {"--csv", "--jsonl"})


@every_command
def test_every_option_says_what_it_does(words: str, command: Any) -> None:
    silent = [parameter.name for parameter in command.params if parameter.param_type_name == "option" and not parameter.help]
    assert silent == [], words


@every_command
def test_an_unknown_option_is_wrong_usage(words: str, command: Any, oms: Oms) -> None:
    del command
    said = oms(*words.split(), "--nonsense")
    assert said.code == 2
    assert "--nonsense" in said.err
    assert said.out == ""


def test_the_examples_in_the_help_are_calls_that_exist() -> None:
    known = {words: {name for one in command.params for name in one.opts} for words, command in TREE}
    seen = 0
    for words, command in TREE:
        for line in re.findall(r"^  (oms .*)$", command.help or "", re.MULTILINE):
            seen += 1
            assert line.startswith(f"oms {words}"), line
            used = set(re.findall(r"(?<=\s)--?[a-z][a-z-]*", re.sub(r"'[^']*'", "", line)))
            assert used <= known[words] | {"-h"}, line
    assert seen >= len(TREE)


def test_every_command_is_called_by_a_test_of_this_file() -> None:
    assert {*ASKING, *WRITING, "demo"} == {words for words, _ in TREE}


@pytest.mark.parametrize("words", ASKING)
def test_a_question_answers_with_one_document_and_changes_nothing(at_home: Shop, oms: Oms, words: str) -> None:
    text, schema = ASKING[words]
    before, files = at_home.dump(), _files(at_home.path)
    first = oms(*text.split(), "--json", home=at_home)
    assert (first.code, first.err) == (0, "")
    assert next(iter(first.json.items())) == ("schema", schema)
    assert oms(*text.split(), "--json", home=at_home).out == first.out, "the same state gives the same bytes"
    assert (at_home.dump(), _files(at_home.path)) == (before, files)


@pytest.mark.parametrize("words", ASKING)
def test_a_question_answers_in_a_pipe_too(at_home: Shop, oms: Oms, words: str) -> None:
    said = oms(*ASKING[words][0].split(), home=at_home)
    assert said.code == 0
    assert said.out or said.err
    assert "\x1b" not in said.out + said.err


@pytest.mark.parametrize("words", WRITING)
def test_a_command_that_writes_answers_with_one_document(at_home: Shop, oms: Oms, words: str) -> None:
    text, schema, codes = WRITING[words]
    oms("backup")
    said = oms(*text.split(), "--json", home=at_home)
    assert said.code in codes, said.err
    assert next(iter(said.json.items())) == ("schema", schema)


@pytest.mark.parametrize("words", WRITING)
def test_a_dry_run_changes_neither_the_store_nor_a_file(at_home: Shop, oms: Oms, words: str) -> None:
    text, _, codes = WRITING[words]
    oms("backup")
    before, files = at_home.dump(), _files(at_home.path)
    for option in ("-n", "--dry-run"):
        said = oms(*text.split(), option, home=at_home)
        assert said.code in codes, said.err
        assert (at_home.dump(), _files(at_home.path)) == (before, files)


@pytest.mark.parametrize("words", WRITING)
def test_a_dry_run_speaks_json_too(at_home: Shop, oms: Oms, words: str) -> None:
    text, schema, codes = WRITING[words]
    oms("backup")
    said = oms(*text.split(), "-n", "--json", home=at_home)
    assert said.code in codes, said.err
    assert said.json["schema"] == schema


# Goods that come in twice have come in twice: whoever says so again means other goods.
ADDING = ("stock receive", "stock adjust", "return receive")


@every_command
def test_the_same_command_again_changes_nothing(at_home: Shop, oms: Oms, words: str, command: Any) -> None:
    del command
    if words in ADDING:
        return
    oms("backup")
    text, _, codes = {**WRITING, **{name: (*asked, (0,)) for name, asked in ASKING.items()}, "demo": ("demo try", "", (0,))}[words]
    first = oms(*text.split(), home=at_home)
    assert first.code in codes, first.err
    before, files = at_home.dump(), _files(at_home.path)
    again = oms(*text.split(), home=at_home)
    assert again.code in codes, again.err
    assert at_home.dump() == before
    if words not in ("backup", "backup restore"):  # a new copy, and what was replaced: each is kept
        assert _files(at_home.path) == files


def test_the_list_of_runs_answers_and_changes_nothing(at_home: Shop, oms: Oms) -> None:
    before = at_home.dump()
    said = oms("undo", "--json", home=at_home)
    assert (said.code, said.json["schema"]) == (0, "oms.undo/1")
    assert 12 in [one["run"] for one in said.json["runs"] if one["can_undo"]]
    assert "oms undo 12" in oms("undo", home=at_home).out
    assert at_home.dump() == before


@pytest.mark.parametrize("text", REFUSED)
def test_a_dry_run_refuses_what_the_command_itself_refuses(at_home: Shop, oms: Oms, text: str) -> None:
    before = at_home.dump()
    real, tried = oms(*text.split(), home=at_home), oms(*text.split(), "-n", home=at_home)
    assert real.code in (1, 2)
    assert real.err.startswith("error: ")
    assert (tried.code, tried.err) == (real.code, real.err)
    assert at_home.dump() == before


def test_a_dry_run_of_the_inbox_leaves_the_files_where_they_are(at_home: Shop, oms: Oms) -> None:
    (at_home.path / "inbox").mkdir(exist_ok=True)
    (at_home.path / "more.csv").rename(at_home.path / "inbox" / "more.csv")
    before, files = at_home.dump(), _files(at_home.path)
    said = oms("import", "-n", "--json", home=at_home)
    assert (said.code, said.json["dry_run"], said.json["files"][0]["counts"]["new"]) == (0, True, 1)
    assert (at_home.dump(), _files(at_home.path)) == (before, files)
    assert oms("import", home=at_home).code == 0
    assert (at_home.path / "inbox" / "done" / "more.csv").exists()


def test_a_dry_run_of_the_demo_makes_nothing(oms: Oms, tmp_path: Path) -> None:
    oms("demo", str(tmp_path / "try"), "-n")
    assert not (tmp_path / "try").exists()


def test_every_command_of_a_morning_run_twice_changes_nothing_the_second_time(at_home: Shop, oms: Oms) -> None:
    (at_home.path / "inbox").mkdir(exist_ok=True)
    (at_home.path / "inbox" / "orders.csv").write_bytes((at_home.path / "more.csv").read_bytes())
    for text in (
        "import more.csv",
        "import",
        "route",
        "pick",
        "ship --from tracking.csv",
        "sync",
        "channel mark-uploaded amazon",
        "sync",
        "notify",
        "status",
        "doctor",
    ):
        first = oms(*text.split(), home=at_home)
        assert first.code in (0, 3), first.err
        before, files = at_home.dump(), _files(at_home.path)
        assert oms(*text.split(), home=at_home).code in (0, 3)
        assert at_home.dump() == before, text
        assert _files(at_home.path) == files, text


def test_attention_ok_makes_three_nought(at_home: Shop, oms: Oms) -> None:
    assert oms("route", home=at_home).code == 3
    assert oms("route", "--attention-ok", home=at_home).code == 0


def test_quiet_says_nothing_where_nothing_is_wrong(at_home: Shop, oms: Oms) -> None:
    assert oms("doctor", "-q", home=at_home).err == ""
    assert oms("order", "hold", "3", "-q", home=at_home).err == ""


@pytest.mark.parametrize("words", [words for words, _ in TREE if words.endswith(" list") or words in ("stock history", "stock holds")])
def test_lists_speak_csv_and_json_lines(at_home: Shop, oms: Oms, words: str) -> None:
    import csv
    import json

    oms("backup")
    text = ASKING[words][0].split()
    csv_rows = list(csv.DictReader(oms(*text, "--csv", home=at_home).out.splitlines()))
    json_rows = [json.loads(line) for line in oms(*text, "--jsonl", home=at_home).out.splitlines()]
    tab_rows = oms(*text, home=at_home).out.splitlines()
    assert len(csv_rows) == len(json_rows) == len(tab_rows) - 1 > 0
    assert tab_rows[0].split("\t") == list(csv_rows[0])
    assert set(csv_rows[0]) <= set(json_rows[0])
