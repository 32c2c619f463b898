"""Every kind of mistake in rules.yaml, word for word, with its line and column."""

from __future__ import annotations

from datetime import date

import pytest

from omscli.errors import Refused
from omscli.settings.load import parse

READERS = frozenset({"shopify", "etsy", "amazon"})
WRITERS = {"shop.stock": frozenset({"sku", "quantity"}), "shop.labels": frozenset({"shipment", "name"})}
HEAD = "currency: USD\ntimezone: UTC\n"  # two lines, so every snippet begins in line 3

# What is wrong, the lines below the head, and what is said: `line:column: text`.
CASES: list[tuple[str, str, list[str]]] = [
    ("an unknown key", "locations:\n  a:\n    shipfrom: x\n", ["5:5: unknown key 'shipfrom' – did you mean 'ships_to'?"]),
    ("a misspelt key", "locations:\n  a:\n    saftey_stock: 2\n", ["5:5: unknown key 'saftey_stock' – did you mean 'safety_stock'?"]),
    ("a misspelt section", "chanels: {}\n", ["3:1: unknown key 'chanels' – did you mean 'channels'?"]),
    (
        "keys that a service needs",
        "carriers:\n  post:\n    services:\n      parcel: {speed: standard}\n",
        ["6:7: 'rates' is missing in 'parcel'", "6:7: 'transit_days' is missing in 'parcel'", "6:7: 'zones' is missing in 'parcel'"],
    ),
    ("a needed key without a value", "boxes:\n  small: {inner_mm: [1, 2, 3], max_g: }\n", ["4:32: 'max_g' has no value"]),
    ("a list for a group", "channels: [a]\n", ["3:11: a list stands where keys belong"]),
    ("a text for a group", "locations: {a: home}\n", ["3:16: 'home' stands where keys belong"]),
    ("a group for a list", "routing: {rules: {name: R}}\n", ["3:18: a group of keys stands where a list belongs"]),
    ("a word for a time", "locations: {a: {cutoff: NO}}\n", ["3:25: 'NO' is not a time of day like 15:00"]),
    ("a time after midnight", "locations: {a: {cutoff: 25:00}}\n", ["3:25: '25:00' is not a time of day like 15:00"]),
    ("a time without minutes", "locations: {a: {cutoff: 16}}\n", ["3:25: '16' is not a time of day like 15:00"]),
    (
        "a number with an underscore",
        "locations: {a: {safety_stock: 1_000}}\n",
        ["3:31: '1_000' is not a whole number, written in digits only"],
    ),
    ("half a unit", "locations: {a: {safety_stock: 1.5}}\n", ["3:31: '1.5' is not a whole number, written in digits only"]),
    ("a negative number", "locations: {a: {safety_stock: -1}}\n", ["3:31: '-1' is too small: at least 0"]),
    ("a number in words", "locations: {a: {handling_days: two}}\n", ["3:32: 'two' is not a whole number, written in digits only"]),
    (
        "a capacity in words",
        "locations: {a: {daily_capacity: many}}\n",
        ["3:33: 'many' is not a whole number, written in digits only, or none"],
    ),
    ("a negative capacity", "locations: {a: {daily_capacity: -1}}\n", ["3:33: '-1' is too small: at least 0, or none for no limit"]),
    ("a comma in an amount", "locations: {a: {handling_cost: 1,20}}\n", ["3:34: unknown key '20'"]),
    ("a third decimal place", "locations: {a: {handling_cost: 1.205}}\n", ["3:32: '1.205' has more decimal places than USD"]),
    ("a negative amount", "locations: {a: {handling_cost: '-1'}}\n", ["3:32: '-1' is below 0"]),
    ("an amount with an underscore", "locations: {a: {handling_cost: 1_000}}\n", ["3:32: '1_000' is not an amount like 12.50"]),
    ("yes for true", "locations: {a: {pickup: yes}}\n", ["3:25: 'yes' is neither true nor false"]),
    ("true in capitals", "locations: {a: {pickup: True}}\n", ["3:25: 'True' is neither true nor false"]),
    ("UK for GB", "locations: {a: {ships_to: [US, UK]}}\n", ["3:32: unknown country 'UK' – did you mean 'GB'?"]),
    ("a country that is none", "locations: {a: {ships_to: [XX]}}\n", ["3:28: unknown country 'XX'; write its two letters, like US or GB"]),
    (
        "a misspelt time zone",
        "locations: {a: {timezone: America/NewYork}}\n",
        ["3:27: unknown time zone 'America/NewYork' – did you mean 'America/New_York'?"],
    ),
    (
        "a time zone that is none",
        "locations: {a: {timezone: nowhere at all}}\n",
        ["3:27: unknown time zone 'nowhere at all'; write it like Europe/London"],
    ),
    ("a misspelt weekday", "locations: {a: {workdays: [mo, tue]}}\n", ["3:28: unknown weekday 'mo' – did you mean 'mon'?"]),
    ("a week without working days", "locations: {a: {workdays: []}}\n", ["3:27: at least one is needed here"]),
    ("a misspelt kind", "locations: {a: {kind: wharehouse}}\n", ["3:23: unknown kind 'wharehouse' – did you mean 'warehouse'?"]),
    ("a kind that is none", "locations: {a: {kind: 7}}\n", ["3:23: unknown kind '7'; known: 3pl, store, supplier, warehouse"]),
    ("an address without an at sign", "locations: {a: {email: acme}}\n", ["3:24: 'acme' is not an e-mail address"]),
    ("half a place on the map", "locations: {a: {coordinates: [40.7]}}\n", ["3:30: it takes 2 values, latitude and longitude; here is 1"]),
    ("a latitude beyond the pole", "locations: {a: {coordinates: [140.7, 12]}}\n", ["3:31: '140.7' is too large: at most 90"]),
    ("a state that is none", "locations: {a: {holidays: [US-XX]}}\n", ["3:28: unknown part of US 'XX'"]),
    ("a day that is none", "locations: {a: {holidays: 2026-02-30}}\n", ["3:27: '2026-02-30' is not a date like 2026-12-24"]),
    ("holidays of UK", "locations: {a: {holidays: UK}}\n", ["3:27: unknown country 'UK' – did you mean 'GB'?"]),
    ("holidays as a group", "locations: {a: {holidays: {a: 1}}}\n", ["3:27: a group of keys stands where a list belongs"]),
    ("an address without a country", "locations: {a: {address: {city: X}}}\n", ["3:17: 'country' is missing in 'address'"]),
    (
        "a location with a space in its name",
        "locations: {'a b': {}}\n",
        ["3:13: 'a b' is no short name: no spaces, and '-' and '.' not in front"],
    ),
    ("a location with a colon in its name", "locations: {'a:b': {}}\n", ["3:13: 'a:b' is no name: one line without ':', '/' and '\\'"]),
    (
        "two locations that differ in capitals",
        "locations:\n  Reno: {}\n  reno: {}\n",
        ["5:3: 'reno' is called like another of the locations, in line 4"],
    ),
    ("a currency that is none", "currencies: {EURO: 1}\n", ["3:14: 'EURO' is no currency; write its three letters, like USD or EUR"]),
    ("a rate of nothing", "currencies: {EUR: 0}\n", ["3:19: '0' is too small: more than 0"]),
    ("a later version", "version: 2\n", ["3:10: '2' is no version that this oms reads; it reads version 1"]),
    ("a misspelt reader", "channels: {x: {reader: shopfy}}\n", ["3:24: unknown reader 'shopfy' – did you mean 'shopify'?"]),
    ("a reader that is none", "channels: {x: {reader: zzz}}\n", ["3:24: unknown reader 'zzz'; known: amazon, etsy, native, shopify"]),
    (
        "stock from an unknown location",
        "channels: {x: {stock_from: [reno]}}\nlocations: {reno2: {}}\n",
        ["3:29: unknown location 'reno' – did you mean 'reno2'?"],
    ),
    (
        "two channels of one prefix",
        "channels:\n  shopify: {}\n  shop: {}\n",
        ["5:3: channels 'shopify' and 'shop' both have the prefix 'SH'; give one another `prefix`"],
    ),
    (
        "two channels of one prefix by choice",
        "channels:\n  shopify: {}\n  etsy: {prefix: sh}\n",
        ["5:10: channels 'shopify' and 'etsy' both have the prefix 'sh'; give one another `prefix`"],
    ),
    ("a long prefix", "channels:\n  shopify: {prefix: ABCDEFGHIJ}\n", ["4:21: 'ABCDEFGHIJ' is too long: at most 8 characters"]),
    ("more than all of the stock", "channels: {x: {share_percent: 101}}\n", ["3:31: '101' is too large: at most 100"]),
    (
        "a tracking page without the number",
        "carriers: {post: {tracking_url: https://x.example, services: {}}}\n",
        ["3:33: the address has no {number}, where the tracking number goes"],
    ),
    ("a flat box", "boxes: {b: {inner_mm: [1, 2], max_g: 5}}\n", ["3:23: it takes 3 values, length, width and height; here are 2"]),
    ("a box without height", "boxes: {b: {inner_mm: [1, 2, 0], max_g: 5}}\n", ["3:30: '0' is too small: at least 1"]),
    ("an unknown strategy", "routing: {strategy: best}\n", ["3:21: unknown strategy 'best'; write strategy: each or strategy: batch"]),
    (
        "a misspelt criterion",
        "routing: {rules: [{name: R, rank: [unfilled, costs]}]}\n",
        ["3:46: unknown criterion 'costs' – did you mean 'cost'?"],
    ),
    ("a criterion twice", "routing: {rules: [{name: R, rank: [cost, cost]}]}\n", ["3:35: 'cost' stands here more than once"]),
    ("no criterion", "routing: {rules: [{name: R, rank: []}]}\n", ["3:35: at least one is needed here"]),
    (
        "an unknown location in only",
        "routing: {rules: [{name: R, only: [home]}]}\n",
        ["3:36: unknown location 'home'; the file names none"],
    ),
    (
        "an unknown kind in only",
        "routing: {rules: [{name: R, only: {kind: shop}}]}\n",
        ["3:42: unknown kind 'shop'; known: 3pl, store, supplier, warehouse"],
    ),
    (
        "an unknown selection",
        "routing: {rules: [{name: R, only: {location: a}}]}\n",
        ["3:29: 'kind' is missing in 'only'", "3:36: unknown key 'location'; known: kind"],
    ),
    (
        "a misspelt condition",
        "routing: {rules: [{name: R, when: {chanel: a}}]}\n",
        ["3:36: unknown key 'chanel' – did you mean 'channel'?"],
    ),
    (
        "a misspelt channel in a condition",
        "channels: {shopify: {}}\nrouting: {rules: [{name: R, when: {channel: shopfy}}]}\n",
        ["4:45: unknown channel 'shopfy' – did you mean 'shopify'?"],
    ),
    (
        "an unknown channel in not",
        "routing: {rules: [{name: R, when: {channel: {not: [a]}}}]}\n",
        ["3:52: unknown channel 'a'; the file names none"],
    ),
    (
        "a misspelt speed in a condition",
        "routing: {rules: [{name: R, when: {service: overnite}}]}\n",
        ["3:45: unknown service 'overnite' – did you mean 'overnight'?"],
    ),
    (
        "a channel's own word for a service",
        "routing: {rules: [{name: R, when: {service: Prime}}]}\n",
        ["3:45: unknown service 'Prime'; known: expedited, overnight, same_day, standard; a channel's own words go into {matches: …}"],
    ),
    (
        "a long weekday",
        "routing: {rules: [{name: R, when: {weekday: friday}}]}\n",
        ["3:45: unknown weekday 'friday' – did you mean 'fri'?"],
    ),
    ("UK in a condition", "routing: {rules: [{name: R, when: {country: [UK]}}]}\n", ["3:46: unknown country 'UK' – did you mean 'GB'?"]),
    ("an amount in words", "routing: {rules: [{name: R, when: {total: {over: lots}}}]}\n", ["3:50: 'lots' is not an amount like 12.50"]),
    ("an unknown test", "routing: {rules: [{name: R, when: {total: {above: 5}}}]}\n", ["3:44: unknown key 'above' – did you mean 'over'?"]),
    ("no test", "routing: {rules: [{name: R, when: {tag: {}}}]}\n", ["3:41: write at least one of not, matches"]),
    ("no values", "routing: {rules: [{name: R, when: {tag: []}}]}\n", ["3:41: at least one is needed here"]),
    (
        "half a unit in a condition",
        "routing: {rules: [{name: R, when: {units: 1.5}}]}\n",
        ["3:43: '1.5' is not a whole number, written in digits only"],
    ),
    (
        "pickup at an unknown location",
        "routing: {rules: [{name: R, when: {pickup: reno}}]}\n",
        ["3:44: unknown location 'reno'; known: false, true"],
    ),
    (
        "an unknown payment",
        "routing: {rules: [{name: R, when: {payment: payed}}]}\n",
        ["3:45: unknown payment 'payed' – did you mean 'paid'?"],
    ),
    (
        "a group among values",
        "routing: {rules: [{name: R, when: {tag: [{a: b}]}}]}\n",
        ["3:42: a group of keys stands where one text belongs"],
    ),
    (
        "an unknown way to split",
        "routing: {rules: [{name: R, split: maybe}]}\n",
        ["3:36: unknown value of split 'maybe'; known: allow, never"],
    ),
    ("no shipments", "routing: {rules: [{name: R, split: {max_shipments: 0}}]}\n", ["3:52: '0' is too small: at least 1"]),
    (
        "misspelt goods together",
        "routing: {rules: [{name: R, split: {together: {skus: [A]}}}]}\n",
        ["3:48: unknown key 'skus' – did you mean 'sku'?"],
    ),
    ("an unknown way on", "routing: {rules: [{name: R, else: stop}]}\n", ["3:35: unknown value of else 'stop'; known: hold, next"]),
    (
        "an unknown word for backorder",
        "routing: {rules: [{name: R, else: {backorder: later}}]}\n",
        ["3:47: unknown value of backorder 'later'; known: cancel, wait"],
    ),
    (
        "days without waiting",
        "routing: {rules: [{name: R, else: {backorder: cancel, cancel_after_days: 3}}]}\n",
        ["3:35: cancel_after_days goes with backorder: wait"],
    ),
    (
        "a hold without a reason",
        "routing: {rules: [{name: R, hold: true}]}\n",
        ["3:35: write the reason in words, like `hold: value over 1,500`"],
    ),
    (
        "two rules of one name",
        "routing:\n  rules:\n    - name: A\n    - name: a\n",
        ["6:13: 'a' is called like another of the rules, in line 5"],
    ),
    ("a rule without a name", "routing:\n  rules:\n    - rank: cost\n", ["5:7: 'name' is missing"]),
    (
        "an example of nothing",
        "routing: {rules: [{name: R, examples: [{order: {lines: {}}, stock: {reno: {MUG: 1}}}]}]}\n",
        ["3:56: at least one is needed here", "3:69: unknown location 'reno'; the file names none"],
    ),
    ("an example without an order", "routing: {rules: [{name: R, examples: [{stock: {}}]}]}\n", ["3:40: 'order' is missing"]),
    (
        "a password in the file",
        "notify: {from: shop, smtp: {host: h, password: secret}}\n",
        [
            "3:16: 'shop' is no sender like Mug Shop <orders@mug.example>",
            "3:38: a password does not belong in this file; use password_command",
        ],
    ),
    (
        "a port and a kind of tls that are none",
        "notify: {from: a@b.example, smtp: {host: h, port: 99999, tls: ssl}}\n",
        ["3:51: '99999' is too large: at most 65535", "3:63: unknown kind of tls 'ssl'; known: none, starttls, tls"],
    ),
    (
        "a feed of an unknown location and reader",
        "stock_sync: [{location: acme, path: x.csv, reader: acme}]\n",
        ["3:25: unknown location 'acme'; the file names none", "3:52: unknown reader 'acme'; known: amazon, etsy, native, shopify"],
    ),
    (
        "columns that a stock file has not",
        "readers: {r: {kind: stock, columns: {sku: A, on_hand: B, location: C, skuu: D, onhand: E}}}\n",
        ["3:71: unknown column of stock 'skuu' – did you mean 'sku'?", "3:80: unknown column of stock 'onhand' – did you mean 'on_hand'?"],
    ),
    (
        "an unknown kind of file",
        "readers: {r: {kind: sales, columns: {}}}\n",
        ["3:21: unknown kind of file 'sales'; known: inbound, orders, products, returns, stock, tracking"],
    ),
    (
        "columns that a stock file needs",
        "readers: {r: {kind: stock, columns: {bin: A}}}\n",
        ["3:28: 'sku', 'on_hand' and 'location' are missing in 'columns' of stock"],
    ),
    (
        "a stock file of no place",
        "readers: {r: {kind: stock, columns: {sku: A, on_hand: B}}}\n",
        ["3:28: 'location' is missing in 'columns' of stock"],
    ),
    (
        "one header for two columns",
        "readers: {r: {kind: products, columns: {sku: Item No., title: item-no}}}\n",
        ["3:56: 'item-no' is the header of 'sku' already"],
    ),
    (
        "a header that nothing is known by",
        "readers: {r: {kind: products, columns: {sku: '#'}}}\n",
        ["3:46: '#' has no letter or figure to know it by"],
    ),
    (
        "keys of a reader that say nothing about its kind",
        "locations: {a: {}}\nchannels: {b: {}}\nreaders: {r: {kind: products, columns: {sku: A}, location: a, channel: b, repeated: sum}}\n",
        [
            "5:50: 'location' is for files of stock and inbound",
            "5:63: 'channel' is for files of orders",
            "5:75: 'repeated' is for files of stock",
        ],
    ),
    (
        "a place said twice",
        "locations: {a: {}}\nreaders: {r: {kind: stock, columns: {sku: A, on_hand: B, location: C}, location: a}}\n",
        ["4:72: `columns` say already where 'location' stands"],
    ),
    (
        "a reader called like a built-in one",
        "readers: {shopify: {kind: products, columns: {sku: A}}, native.x: {kind: products, columns: {sku: A}}}\n",
        [
            "3:11: 'shopify' is the name of a built-in format; call this one otherwise",
            "3:57: 'native.x' is the name of a built-in format; call this one otherwise",
        ],
    ),
    (
        "forms that Python knows and no file has",
        "readers: {r: {kind: products, columns: {sku: A}, encoding: base64, delimiter: a, dates: '%d.%m.%Y%', header_row: 0}}\n",
        [
            "3:60: unknown encoding 'base64'; common ones: utf-8, cp1252, latin-1, utf-16",
            "3:79: 'a' is no delimiter; write one character, or tab",
            "3:89: '%d.%m.%Y%' is no form of a date; it takes %d, %m and %Y, like %d.%m.%Y",
            "3:114: '0' is too small: at least 1",
        ],
    ),
    (
        "a writer of an unknown name",
        "writers: {shop.stok: {delimiter: tab}, mine: {delimiter: tab}}\n",
        [
            "3:11: 'shop.stok' is no built-in file – did you mean 'shop.stock'?",
            "3:40: 'mine' is no built-in file: write the one that it is `like`",
        ],
    ),
    (
        "a writer like nothing",
        "writers: {mine: {like: shop.stok}}\n",
        ["3:24: unknown file that goes out 'shop.stok' – did you mean 'shop.stock'?"],
    ),
    (
        "a built-in writer like another one",
        "writers: {shop.stock: {like: shop.labels}}\n",
        ["3:24: 'shop.stock' is built in; 'like' is for files of another name"],
    ),
    (
        "fields that a writer has not",
        "writers: {shop.stock: {columns: {A: quantity, B: skuu, C: =fixed}}, mine: {like: shop.labels, columns: {A: quantity}}}\n",
        [
            "3:50: unknown field of shop.stock 'skuu' – did you mean 'sku'?",
            "3:108: unknown field of shop.labels 'quantity'; known: name, shipment",
        ],
    ),
    (
        "a layout that cannot be written",
        'writers: {shop.stock: {columns: {"A\\nB": sku, Größe: quantity}, encoding: ascii, above: "x\\ty"}, mine: {like: shop.stock, columns: {}}}\n',
        [
            "3:34: 'A\\u000aB' holds a line break or another character that nobody sees",
            "3:89: 'x\\u0009y' holds a line break or another character that nobody sees",
            "3:132: at least one is needed here",
        ],
    ),
    (
        "a layout with letters that its encoding does not know",
        "writers: {shop.stock: {columns: {Größe: quantity, A: =ü}, encoding: ascii}}\n",
        ["3:41: 'Größe' has letters that ascii does not know", "3:54: '=ü' has letters that ascii does not know"],
    ),
    (
        "a file form that is none",
        "readers: {r: {kind: products, columns: {sku: A}, encoding: cp12525, delimiter: ';;', dates: dd.mm.yyyy, decimal: ':'}}\n",
        [
            "3:60: unknown encoding 'cp12525'; common ones: utf-8, cp1252, latin-1, utf-16",
            "3:80: ';;' is no delimiter; write one character, or tab",
            "3:93: 'dd.mm.yyyy' is no form of a date; it takes %d, %m and %Y, like %d.%m.%Y",
            "3:114: unknown decimal mark ':'; known: ',', '.'",
        ],
    ),
]


# The same for a service of line 8 and on, whose lines are replaced or added.
SERVICE_CASES: list[tuple[str, dict[str, str], list[str]]] = [
    ("too many transit days", {"transit_days": "[1, 2, 3]"}, ["9:23: 3 values for 2 zones (the last is everything beyond)"]),
    ("too few prices", {"rates": "[{upto_g: 500, price: [4]}]"}, ["10:38: 1 value for 2 zones (the last is everything beyond)"]),
    ("too few extra kilograms", {"per_extra_kg": "[1]"}, ["11:23: 1 value for 2 zones (the last is everything beyond)"]),
    (
        "areas that do not fit the values",
        {"zones": "{by: country, areas: [{countries: US}]}"},
        ["9:23: 2 values for 1 zone", "10:38: 2 values for 1 zone"],
    ),
    (
        "rates that do not rise",
        {"rates": "[{upto_g: 5, price: [1, 2]}, {upto_g: 5, price: [1, 2]}, {upto_g: 4, price: [1, 2]}]"},
        ["10:54: 5 is not more than 5 in the row before", "10:82: 4 is not more than 5 in the row before"],
    ),
    ("no rates", {"rates": "[]"}, ["10:16: at least one is needed here"]),
    ("bounds that do not rise", {"zones": "{by: distance, upto: [100, 50]}"}, ["8:43: 50 is not more than 100 before it"]),
    ("no bounds", {"zones": "{by: distance, upto: []}"}, ["8:37: at least one is needed here"]),
    (
        "zones by something else",
        {"zones": "{by: postcode, upto: [1]}"},
        ["8:21: unknown kind of zones 'postcode'; known: country, distance"],
    ),
    ("zones by nothing", {"zones": "{upto: [1]}"}, ["8:9: 'by' is missing in 'zones'"]),
    ("an unknown unit", {"zones": "{by: distance, unit: miles, upto: [1]}"}, ["8:37: unknown unit 'miles'; known: km, mi"]),
    (
        "a zone of no country",
        {"zones": "{by: country, areas: [{countries: [US]}, {countries: [ALL]}]}"},
        ["8:70: unknown country 'ALL'; write its two letters, like US or GB"],
    ),
    ("an unknown speed", {"speed": "fast"}, ["11:16: unknown speed 'fast'; known: expedited, overnight, same_day, standard"]),
    ("a percentage with three places", {"fuel_percent": "7.555"}, ["11:23: '7.555' has more than two decimal places"]),
    ("a negative percentage", {"fuel_percent": "-1"}, ["11:23: '-1' is too small: at least 0"]),
    ("a percentage with its sign", {"fuel_percent": "7%"}, ["11:23: '7%' is not a percentage like 12.5"]),
]


def _said(text: str) -> Refused:
    with pytest.raises(Refused) as caught:
        parse(text, "rules.yaml", date(2026, 3, 2), READERS, lambda: WRITERS)
    return caught.value


@pytest.mark.parametrize(("snippet", "said"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_mistake_is_named_with_its_place(snippet: str, said: list[str]) -> None:
    _assert_said(HEAD + snippet, said)


@pytest.mark.parametrize(("lines", "said"), [case[1:] for case in SERVICE_CASES], ids=[case[0] for case in SERVICE_CASES])
def test_a_mistake_in_a_service_is_named_with_its_place(lines: dict[str, str], said: list[str]) -> None:
    right = {"zones": "{by: distance, upto: [100]}", "transit_days": "[1, 2]", "rates": "[{upto_g: 500, price: [4, 5]}]"}
    service = "".join(f"        {key}: {value}\n" for key, value in (right | lines).items())
    _assert_said(f"{HEAD}carriers:\n  post:\n    tracking_url:\n    services:\n      parcel:\n{service}", said)


def _assert_said(text: str, said: list[str]) -> None:
    message = _said(text).message
    if len(said) == 1:
        assert message == f"rules.yaml:{said[0]}"
    else:
        assert message == "\n".join([f"rules.yaml has {len(said)} mistakes", *(f"  rules.yaml:{line}" for line in said)])


def test_every_mistake_says_how_to_check_the_file_and_changes_nothing() -> None:
    refused = _said(HEAD + "chanels: {}\n")
    assert refused.hint == "correct the file, then check it with `oms rules check`"
    assert refused.exit_code == 4


def test_all_mistakes_of_a_file_are_said_at_once_in_the_order_of_the_lines() -> None:
    text = "currency: US\nlocations:\n  a: {cutoff: 25:00, safety_stock: two}\n  a: {}\nchannels: {x: {stock_from: b}}\nfoo: 1\n"
    assert _said(text).message.splitlines() == [
        "rules.yaml has 7 mistakes",
        "  rules.yaml:1:1: 'timezone' is missing",
        "  rules.yaml:1:11: 'US' is no currency; write its three letters, like USD or EUR",
        "  rules.yaml:3:15: '25:00' is not a time of day like 15:00",
        "  rules.yaml:3:36: 'two' is not a whole number, written in digits only",
        "  rules.yaml:4:3: the key 'a' stands here a second time; the first is in line 3",
        "  rules.yaml:5:28: unknown location 'b'; known: a",
        "  rules.yaml:6:1: unknown key 'foo'",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "'currency' is missing"),
        ("- a\n", "a list stands where keys belong; the file begins like `version: 1`"),
        ("hello\n", "'hello' stands where keys belong; the file begins like `version: 1`"),
    ],
)
def test_a_file_that_is_no_group_of_keys_is_refused(text: str, said: str) -> None:
    assert f"rules.yaml:1:1: {said}" in _said(text).message


def test_a_text_that_could_move_the_cursor_is_spelled_out() -> None:
    assert _said(HEAD + 'channels: {"x\\e[2J": {}}\n').message.startswith("rules.yaml:3:12: 'x\\u001b[2J' is no name")


def test_readers_are_not_checked_where_nobody_says_which_there_are() -> None:
    settings = parse(HEAD + "channels: {x: {reader: anything}, y: {}}\n", "rules.yaml", date(2026, 3, 2))
    assert [channel.reader for channel in settings.channels.values()] == ["anything", "y"]
