"""`oms rules test`: what it says, and the code it leaves with."""

from __future__ import annotations

from collections.abc import Callable

from tests.cli.conftest import Oms
from tests.conftest import Shop
from tests.workflows.test_rules_test import BOTH, BROOKLYN, with_examples


def test_the_command_leaves_with_one_when_an_example_fails_and_with_three_when_only_a_rule_looks_odd(
    make_shop: Callable[..., Shop], oms: Oms
) -> None:
    good = {"order": BROOKLYN, "stock": BOTH, "ships_from": {"main": {"MUG": 2}}}
    shop = with_examples(make_shop, good)
    said = oms("rules", "test", home=shop)
    assert (said.code, said.err) == (0, "rules.yaml: 1 example came out as written\n")
    assert said.out.splitlines()[1].split("\t")[2] == "as written"
    shop = with_examples(make_shop, good, {**good, "ships_from": {"side": {"MUG": 2}}})
    said = oms("rules", "test", "--attention-ok", home=shop)
    assert (said.code, said.err.splitlines()[-1]) == (1, "rules.yaml: 1 of 2 examples came out otherwise")
    assert "ships from main (2 × MUG), not side (2 × MUG)" in said.out
    document = oms("rules", "test", "--json", home=shop).json
    assert (document["schema"], document["passed"], document["failed"]) == ("oms.rules_test/1", 1, 1)
    shop = with_examples(make_shop, good, when={"country": "US"})
    assert (oms("rules", "test", home=shop).code, oms("rules", "test", "--attention-ok", home=shop).code) == (3, 0)
    shop = with_examples(make_shop)
    assert "has no examples" in oms("rules", "test", home=shop).err
