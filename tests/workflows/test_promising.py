"""Can it be sold, and when does it arrive: what is promised before the order is what routing decides about it afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import NOW, RULES, Shop, csv_text, routing_with, rules_with

from omscli.workflows.promise_question import PromiseQuestion, from_json
from omscli.workflows.promising import PromiseDesk
from omscli.workflows.stock_holds import HoldWish, hold

MakeShop = Callable[..., Shop]
FAR = {"coordinates": [34.0522, -118.2437]}
COURIER = {
    "speed": "same_day",
    "zones": {"by": "distance", "unit": "km", "upto": [40]},
    "transit_days": [0, 0],
    "rates": [{"upto_g": 20000, "price": [9, None]}],
}


def ask(shop: Shop, items: dict[str, int], postcode: str = "11201", **more: Any) -> dict[str, Any]:
    """One question about goods for Brooklyn."""
    question = PromiseQuestion(tuple(items.items()), "US", postcode, **{"channel": "shop", **more})
    return PromiseDesk(shop.home, shop.store, list(items)).answer(question)


def option(found: dict[str, Any], speed: str = "standard", place: str = "") -> dict[str, Any] | None:
    """The option of a speed, or of collection at a place."""
    rows = [*found["options"], *found["awaited"]]
    return next((one for one in rows if one["speed"] == speed and (not place or one["ships_from"][0]["location"] == place)), None)


def days(one: dict[str, Any] | None) -> tuple[str, str]:
    """When it leaves and when it arrives."""
    assert one is not None
    return one["ship_on"].isoformat(), one["arrives"].isoformat()


def inbound(shop: Shop, *rows: tuple[str, str, int, str]) -> None:
    names = ("sku", "location", "quantity", "expected_on")
    shop.take(("inbound.csv", csv_text([dict(zip(names, row, strict=True)) for row in rows])))


def refusal(found: dict[str, Any], speed: str, place: str | None = None) -> str:
    return next(one["reason"] for one in found["refused"] if (one["speed"], one["location"]) == (speed, place))


# -- what is there


def test_each_speed_and_each_place_of_collection_has_its_dates_and_its_price(shop: Shop) -> None:
    found = ask(shop, {"MUG": 2})
    assert [one["speed"] for one in found["options"]] == ["standard", "expedited", "pickup"]
    assert [one["price"] for one in found["options"]] == [650, 1650, 100]
    assert days(option(found)) == ("2026-03-02", "2026-03-03")
    assert option(found, "pickup") == option(found, "pickup", "main")
    assert days(option(found, "pickup")) == ("2026-03-02", "2026-03-02")
    assert (found["available"], found["available_on"], found["awaited"], found["refused"]) == (True, None, [], [])


def test_a_promise_writes_nothing_and_claims_nothing(shop: Shop) -> None:
    before = shop.dump()
    assert ask(shop, {"MUG": 10}) == ask(shop, {"MUG": 10})
    assert shop.dump() == before


def test_orders_that_wait_for_routing_have_theirs_first(shop: Shop) -> None:
    shop.order("1", {"MUG": 8})
    assert not ask(shop, {"MUG": 3})["available"]
    assert ask(shop, {"MUG": 2})["available"]
    shop.route()
    assert not ask(shop, {"MUG": 3})["available"]
    assert ask(shop, {"MUG": 2})["available"]


def test_an_order_that_is_held_takes_nothing(shop: Shop) -> None:
    shop.order("1", {"MUG": 8}, payment="pending")
    assert ask(shop, {"MUG": 10})["available"]


def test_what_is_set_aside_is_for_its_owner_alone_and_until_its_time(shop: Shop) -> None:
    hold(shop.home, shop.store, HoldWish("main", [("MUG", 8), ("CAP", 1)], "2026-03-07", "zoe@example.com"))
    assert not ask(shop, {"MUG": 3})["available"]
    assert ask(shop, {"MUG": 10}, customer="Zoe@Example.com")["available"]
    assert ask(shop, {"MUG": 2}, customer="Zoe@Example.com")["available"]
    shop.order("1", {"MUG": 1})  # the hold of goods that an order asks for is read with that order
    assert not ask(shop, {"MUG": 2, "CAP": 1})["available"]
    assert ask(shop, {"MUG": 9, "CAP": 3}, customer="zoe@example.com")["available"]
    shop.at(NOW + timedelta(days=7))
    assert ask(shop, {"MUG": 9, "CAP": 3})["available"]


def test_questions_take_nothing_from_each_other(shop: Shop) -> None:
    hold(shop.home, shop.store, HoldWish("main", [("MUG", 8)], "2026-03-07", "zoe@example.com"))
    desk = PromiseDesk(shop.home, shop.store)
    mine = PromiseQuestion((("MUG", 10),), "US", "11201", channel="shop", customer="zoe@example.com")
    answers = [desk.answer(mine) for _ in range(3)]
    assert answers[0]["available"]
    assert answers[0] == answers[1] == answers[2]
    assert not desk.answer(PromiseQuestion((("MUG", 3),), "US", "11201", channel="shop"))["available"]


def test_a_kit_is_as_available_as_its_parts(shop: Shop) -> None:
    shop.products(SET={"components": "MUG:1|CAP:2", "weight_g": "", "length_mm": "", "width_mm": "", "height_mm": ""})
    assert ask(shop, {"SET": 1})["available"]
    assert not ask(shop, {"SET": 2})["available"]
    assert not ask(shop, {"SET": 1, "CAP": 2})["available"]
    inbound(shop, ("CAP", "main", 1, "2026-03-05"))
    assert ask(shop, {"SET": 2})["available_on"].isoformat() == "2026-03-05"


def test_a_basket_may_come_from_two_places_and_arrives_with_its_last_part(make_shop: MakeShop) -> None:
    shop = make_shop(rules=rules_with({"near": {}, "far": FAR}))
    shop.products("MUG", "CAP")
    shop.stock(near={"MUG": 1}, far={"CAP": 1})
    one = option(ask(shop, {"MUG": 1, "CAP": 1}))
    assert one is not None
    assert one["ships_from"] == [{"location": "near", "items": {"MUG": 1}}, {"location": "far", "items": {"CAP": 1}}]
    assert [part["arrives"].isoformat() for part in one["shipments"]] == ["2026-03-03", "2026-03-06"]
    assert one["arrives"].isoformat() == "2026-03-06"
    assert one["price"] == sum(part["price"] for part in one["shipments"])


def test_a_channel_sees_its_own_places_and_a_rule_speaks_for_its_baskets(make_shop: MakeShop) -> None:
    channels = {"shop": {"reader": "native"}, "fair": {"reader": "native", "stock_from": ["two"]}}
    rules = routing_with({"when": {"tag": "gift"}, "only": ["one"]}, {})
    shop = make_shop(rules=rules_with(("one", "two"), channels=channels, routing=rules))
    shop.products("MUG")
    shop.stock(one={"MUG": 1})
    assert ask(shop, {"MUG": 1})["available"]
    assert not ask(shop, {"MUG": 1}, channel="fair")["available"]
    shop.stock(one={"MUG": 0}, two={"MUG": 1})
    assert ask(shop, {"MUG": 1}, channel="fair")["available"]
    assert option(ask(shop, {"MUG": 1}, tags=("gift",))) is None


def test_the_prices_of_the_catalogue_make_the_total_that_rules_ask_for(make_shop: MakeShop) -> None:
    rules = routing_with({"when": {"total": {"over": 25}}, "hold": "value over 25"}, {})
    shop = make_shop(rules=rules_with(("main",), routing=rules))
    shop.products("MUG")
    shop.stock(main={"MUG": 9})
    assert "looked_at_first" not in ask(shop, {"MUG": 2})["options"][0]
    assert ask(shop, {"MUG": 3})["options"][0]["looked_at_first"] == "value over 25"
    assert ask(shop, {"MUG": 1}, total=2501)["options"][0]["looked_at_first"] == "value over 25"


# -- what must be awaited


def test_what_is_not_there_is_promised_from_the_day_it_is_expected(shop: Shop) -> None:
    inbound(shop, ("MUG", "main", 5, "2026-03-05"))
    found = ask(shop, {"MUG": 12})
    assert (found["available"], found["options"], found["available_on"].isoformat()) == (False, [], "2026-03-05")
    # Goods that come on Thursday may come after the cut-off: they leave on Friday.
    assert days(option(found)) == ("2026-03-06", "2026-03-09")
    one = option(found)
    assert one is not None
    assert one["shipments"][0]["derivation"]["steps"] == [
        "goods expected Thu 5 Mar, after the cut-off 15:00",
        "leaves Fri 6 Mar",
        "zone 1 of post ground: 1 day",
        "arrives Mon 9 Mar",
    ]
    nothing = ask(shop, {"MUG": 16})
    assert (nothing["available"], nothing["available_on"], nothing["awaited"]) == (False, None, [])
    assert refusal(nothing, "standard") == "out of stock: 6 × MUG"
    assert refusal(nothing, "pickup", "main") == "out of stock there: 10 of 16 × MUG"


def test_goods_that_orders_wait_for_are_not_promised_again(shop: Shop) -> None:
    inbound(shop, ("MUG", "main", 5, "2026-03-05"), ("MUG", "main", 5, "2026-03-12"))
    shop.order("1", {"MUG": 13})
    for _ in range(2):
        assert ask(shop, {"MUG": 2})["available_on"].isoformat() == "2026-03-05"
        assert ask(shop, {"MUG": 3})["available_on"].isoformat() == "2026-03-12"
        assert ask(shop, {"MUG": 8})["available_on"] is None
        shop.route()


def test_what_is_missing_of_a_basket_is_awaited_together_with_the_rest(make_shop: MakeShop) -> None:
    shop = make_shop("one", "two", routing=routing_with({"split": "never"}))
    shop.products("MUG", "CAP")
    shop.stock(one={"MUG": 5}, two={"CAP": 5})
    inbound(shop, ("CAP", "one", 1, "2026-03-05"), ("CAP", "two", 9, "2026-03-03"))
    found = ask(shop, {"MUG": 1, "CAP": 1})
    assert found["available_on"].isoformat() == "2026-03-05"
    assert [one["ships_from"][0]["location"] for one in found["awaited"]] == ["one", "one", "one"]
    assert refusal(found, "pickup", "two") == "out of stock there: 0 of 1 × MUG"


def test_a_store_without_the_goods_names_the_day_of_collection(make_shop: MakeShop) -> None:
    shop = make_shop("one", "two")
    shop.products("MUG")
    shop.stock(one={"MUG": 5})
    inbound(shop, ("MUG", "two", 1, "2026-03-05"))
    found = ask(shop, {"MUG": 1})
    assert (found["available"], found["available_on"]) == (True, None)
    at_two = option(found, "pickup", "two")
    assert at_two is not None
    assert (at_two["available_on"].isoformat(), at_two["ship_on"].isoformat()) == ("2026-03-05", "2026-03-06")


def test_a_suppliers_lead_and_days_of_handling_are_in_the_dates_and_in_their_derivation(make_shop: MakeShop) -> None:
    own = {"kind": "supplier", "lead_days": 3, "handling_days": 1, "email": "a@example.com", "holidays": ["2026-03-05"], "pickup": False}
    shop = make_shop(rules=rules_with({"acme": own}, promise={"buffer_days": 1}))
    shop.products("MUG")
    shop.stock(acme={"MUG": 5})
    one = option(ask(shop, {"MUG": 1}))
    assert one is not None
    assert (one["method"], *days(one)) == ("dropship", "2026-03-09", "2026-03-11")
    told = one["shipments"][0]["derivation"]
    assert told["steps"] == [
        "ordered Mon 2 Mar 09:00 New York, before the cut-off 15:00",
        "closed on Thu 5 Mar",
        "1 working day for handling",
        "3 working days until the supplier has it",
        "leaves Mon 9 Mar",
        "zone 1 of post ground: 1 day",
        "1 day of buffer",
        "arrives Wed 11 Mar",
    ]
    facts = {key: told[key] for key in ("cutoff", "before_cutoff", "handling_days", "lead_days", "zone", "transit_days", "buffer_days")}
    assert facts == {
        "cutoff": "15:00", "before_cutoff": True, "handling_days": 1, "lead_days": 3, "zone": 1, "transit_days": 1, "buffer_days": 1,
    }  # fmt: skip
    assert [day.isoformat() for day in told["closed_on"]] == ["2026-03-05"]


def test_a_day_that_is_full_with_waiting_orders_is_no_day_for_the_next_basket(make_shop: MakeShop) -> None:
    shop = make_shop(rules=rules_with({"main": {"daily_capacity": 1}}))
    shop.products("MUG")
    shop.stock(main={"MUG": 5})
    assert days(option(ask(shop, {"MUG": 1}))) == ("2026-03-02", "2026-03-03")
    shop.order("1", {"MUG": 1})
    found = option(ask(shop, {"MUG": 1}))
    assert days(found) == ("2026-03-03", "2026-03-04")
    assert found is not None
    assert "no capacity before Tue 3 Mar" in found["shipments"][0]["derivation"]["steps"]


def test_the_carriers_calendar_is_part_of_the_promise(make_shop: MakeShop) -> None:
    ground = {**RULES["carriers"]["post"]["services"]["ground"], "holidays": ["2026-03-03"]}
    shop = make_shop(rules=rules_with(("main",), carriers={"post": {"services": {"ground": ground}}}))
    shop.products("MUG")
    shop.stock(main={"MUG": 5})
    one = option(ask(shop, {"MUG": 1}))
    assert days(one) == ("2026-03-02", "2026-03-04")
    assert one is not None
    assert "no delivery on Tue 3 Mar" in one["shipments"][0]["derivation"]["steps"]


# -- the same day


@pytest.fixture
def courier(make_shop: MakeShop) -> Shop:
    """A warehouse that closes at three, a dearer store that closes at six, and one on the other coast, all with mugs."""
    carriers = {"post": {"services": {**RULES["carriers"]["post"]["services"], "courier": COURIER}}}
    routing = routing_with({"rank": ["unfilled", "late", "cost"]})
    places = {"hall": {}, "store": {"cutoff": "18:00", "handling_cost": 3, "kind": "store"}, "west": FAR}
    shop = make_shop(rules=rules_with(places, carriers=carriers, routing=routing))
    shop.products("MUG")
    shop.stock(hall={"MUG": 5}, store={"MUG": 5}, west={"MUG": 5})
    return shop


def test_goods_come_today_from_a_place_within_reach_and_before_its_cut_off(courier: Shop) -> None:
    today = option(ask(courier, {"MUG": 1}), "same_day")
    assert today is not None
    assert (today["ships_from"][0]["location"], *days(today)) == ("hall", "2026-03-02", "2026-03-02")
    courier.at(NOW + timedelta(hours=7))  # four o'clock in New York
    today = option(ask(courier, {"MUG": 1}), "same_day")
    assert today is not None
    assert (today["ships_from"][0]["location"], *days(today)) == ("store", "2026-03-02", "2026-03-02")


def test_after_every_cut_off_and_out_of_reach_nothing_comes_today(courier: Shop) -> None:
    away = ask(courier, {"MUG": 1}, "94105")
    assert option(away, "same_day") is None
    assert refusal(away, "same_day") == "no service as fast as same day goes there from where the goods are"
    courier.at(NOW + timedelta(hours=10))
    late = ask(courier, {"MUG": 1})
    assert option(late, "same_day") is None
    assert refusal(late, "same_day") == "hall: ordered Mon 2 Mar 19:00 New York, after the cut-off 15:00, leaves Tue 3 Mar"


def test_an_order_for_the_same_day_is_routed_to_the_place_that_was_promised(courier: Shop) -> None:
    courier.at(NOW + timedelta(hours=7))
    courier.order("1", {"MUG": 1}, service="Same Day", placed_at="2026-03-02T20:59:00Z")
    courier.route()
    assert courier.sends("1") == {"store": {"MUG": 1}}
    shipment = courier.show("1")["shipments"][0]
    assert (shipment["service"], shipment["ship_on"], shipment["arrives"]) == ("courier", "2026-03-02", "2026-03-02")


# -- the promise is kept


@settings(max_examples=25)
@given(data=st.data())
def test_what_was_promised_is_what_routing_decides(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    number = st.integers
    places = {
        name: {
            "coordinates": where,
            "handling_cost": data.draw(number(0, 4)),
            "handling_days": data.draw(number(0, 1)),
            "cutoff": data.draw(st.sampled_from(["08:00", "15:00"])),
            "daily_capacity": data.draw(st.sampled_from([1, 2, 50])),
            "pickup": data.draw(st.booleans()),
        }
        for name, where in (("east", [40.69, -73.99]), ("mid", [41.54, -88.06]), ("west", [34.05, -118.24]))
    }
    rank = data.draw(st.sampled_from([["unfilled", "late", "cost"], ["unfilled", "days", "cost"], ["unfilled", "distance"], ["cost"]]))
    split = data.draw(st.sampled_from(["allow", "never", {"max_shipments": 2, "min_part_value": 15}]))
    shop = Shop(tmp_path_factory.mktemp("promise"), rules_with(places, routing=routing_with({"rank": rank, "split": split})))
    try:
        shop.products("MUG", "CAP")
        shop.stock(**{name: {sku: data.draw(number(0, 3)) for sku in ("MUG", "CAP")} for name in places})
        basket = st.dictionaries(st.sampled_from(["MUG", "CAP"]), number(1, 3), min_size=1)
        for count in range(data.draw(number(0, 3))):
            shop.order(str(count), data.draw(basket))
        if data.draw(st.booleans()):
            shop.route()
        wanted, postcode = data.draw(basket), data.draw(st.sampled_from(["11201", "60606", "94105"]))
        found = ask(shop, wanted, postcode)
        speed = data.draw(st.sampled_from(["standard", "expedited", "pickup"]))
        place = data.draw(st.sampled_from(list(places))) if speed == "pickup" else None
        named = {"pickup_location": place} if place else {"service": speed}
        shop.order("mine", wanted, postcode=postcode, city="", region="", placed_at="2026-03-02T13:59:59Z", **named)
        if place and not places[place]["pickup"]:
            return
        decided = shop.route().plan.orders[-1]
        now = next((one for one in found["options"] if one["speed"] == speed and place in (None, one["ships_from"][0]["location"])), None)
        assert (now is not None) == (decided.state == "routed")
        if now is not None:
            assert [(one["location"], one["ship_on"], one["arrives"], one["price"]) for one in now["shipments"]] == [
                (one.location, one.ship_on, one.arrives, one.postage + one.boxes + one.handling) for one in decided.shipments
            ]
    finally:
        shop.close()


# -- a stream of questions


def test_a_stream_sees_what_others_change_meanwhile(shop: Shop) -> None:
    other = Shop.__new__(Shop)
    other.__dict__.update(shop.__dict__, _store=None)
    desk = PromiseDesk(shop.home, shop.store)
    question = PromiseQuestion((("MUG", 3),), "US", "11201", channel="shop")
    desk.refresh()
    assert desk.answer(question)["available"]
    other.order("1", {"MUG": 8})
    assert desk.answer(question)["available"]  # as it was read
    desk.refresh()
    assert not desk.answer(question)["available"]
    other.close()


def test_a_stream_of_hours_sees_cut_offs_pass(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = PromiseDesk(shop.home, shop.store)
    question = PromiseQuestion((("MUG", 3),), "US", "11201", channel="shop")
    monkeypatch.setenv("OMS_NOW", "2026-03-02T20:30:00Z")
    desk.refresh()
    assert days(option(desk.answer(question))) == ("2026-03-03", "2026-03-04")


@pytest.mark.parametrize(
    ("line", "asked", "message"),
    [
        (b"{", None, "the line is no JSON at column 2: Expecting property name enclosed in double quotes"),
        (b"[1]", None, "the line is no JSON object"),
        (b'{"id": 7}', 7, "'to' says where the goods go"),
        (b'{"id": "a", "to": "11201"}', "a", "'items' names no goods"),
        (b'{"to": "11201", "items": {"MUG": 0}}', None, "the quantity of MUG must be a whole number from 1 to 999999"),
        (b'{"to": "11201", "items": {"MUG": true}}', None, "the quantity of MUG must be a whole number from 1 to 999999"),
        (b'{"to": "11201", "items": [{"quantity": 1}]}', None, "null is no SKU"),
        (b'{"to": "11201,XX", "items": {"MUG": 1}}', None, "XX is no country"),
        (b'{"to": {"zip": "11201"}, "items": {"MUG": 1}}', None, "'zip' is no key of 'to'"),
        (b'{"to": ",US", "items": {"MUG": 1}}', None, "neither a postcode nor a city is named"),
        (b'{"to": "11201", "items": {"MUG": 1}, "speed": "fast"}', None, "'speed' is no key of a question"),
        (b'{"to": "11201", "items": {"MUG": 1}, "channel": "shp"}', None, "no channel is called 'shp'"),
        (b'{"to": "11201", "items": {"MUG": 1}, "total": 1.5}', None, "'total' must be a whole number of minor units"),
        (b'{"to": "11201", "items": {"MUG": 1}, "tags": "gift"}', None, "'tags' must be a list of texts"),
        (b'{"to": "11201", "items": {"MUG": NaN}}', None, "the line is no JSON"),
        (b'{"to": "\\ud800", "items": {"MUG": 1}}', None, "'to' must be a text of at most 200 letters"),
        (b'{"id": [1], "to": "11201"}', None, "'id' must be a text or a whole number"),
        (b"\xff{}", None, "byte 1 of the line is not UTF-8"),
        (b"[" * 100_000, None, "the line is no JSON"),
        (b" " * 1_000_001, None, "the line is longer than 1000 kB"),
    ],
)
def test_a_bad_question_is_told_what_is_wrong(shop: Shop, line: bytes, asked: Any, message: str) -> None:
    from omscli.workflows.promise_question import BadQuestion

    with pytest.raises(BadQuestion) as caught:
        from_json(line, shop.home.settings)
    assert (caught.value.asked, caught.value.message) == (asked, message)
    assert caught.value.hint


def test_a_question_may_be_short_or_say_everything(shop: Shop) -> None:
    settings_ = shop.home.settings
    short = from_json(b'{"items": ["MUG", "MUG"], "to": "11201"}', settings_)
    assert short == (None, PromiseQuestion((("MUG", 2),), "US", "11201"))
    place = {"postcode": "K7H 1A1", "country": "ca", "city": "Perth", "region": "on"}
    told = {
        "id": 1,
        "items": [{"sku": "MUG", "quantity": 2}],
        "to": place,
        "channel": "shop",
        "customer": "a@b.c",
        "tags": ["gift"],
        "total": 9,
    }
    assert from_json(json.dumps(told).encode(), settings_) == (
        1,
        PromiseQuestion((("MUG", 2),), "CA", "K7H 1A1", "Perth", "ON", "shop", "a@b.c", ("gift",), 9),
    )


def test_a_home_without_a_store_has_nothing_to_promise(make_shop: MakeShop, tmp_path: Path) -> None:
    from omscli.errors import UsageError
    from omscli.store.open import empty_store

    shop = make_shop("main")
    with empty_store() as store, pytest.raises(UsageError, match="nobody knows SKU MUG"):
        PromiseDesk(shop.home, store).answer(PromiseQuestion((("MUG", 1),), "US", "11201"))
    assert not (tmp_path / "shop0" / "oms.db").exists()
