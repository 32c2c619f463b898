"""The commented rules.yaml that `oms init` writes."""

from __future__ import annotations

from omscli.base.money import minor_digits


def template(shop_name: str, currency: str, timezone: str, country: str) -> str:
    """A rules file for one shelf, one channel and one carrier; it loads as it is, and its comments show what to change.

    `timezone` and `country` are names that a rules file knows; an amount is written with as many places as `currency` has.
    """
    values = {
        "CURRENCY": currency,
        "TIMEZONE": timezone,
        "COUNTRY": in_quotes(country),
        **{f"AMOUNT_{hundredths}": _amount(hundredths, currency) for hundredths in (40, 100, 500, 700, 1200, 1900, 100000)},
        "SHOP": in_quotes(shop_name),  # last: a name may hold anything, even a mark
    }
    text = _TEXT
    for mark, value in values.items():
        text = text.replace(f"<{mark}>", value)
    return text


def in_quotes(text: str) -> str:
    """The text as YAML in double quotes, whatever is in it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in escaped) + '"'


def _amount(hundredths: int, currency: str) -> str:
    """An amount with the currency's own places; a currency without any counts in hundreds, as yen do."""
    digits = minor_digits(currency)
    return str(hundredths) if digits == 0 else f"{hundredths / 100:.{digits}f}"


_TEXT = """\
# What you decide, and oms keeps to. After a change: oms rules check
# All keys are explained in docs/rules.md. Lines that begin with # are switched off.

version: 1
shop: <SHOP>
currency: <CURRENCY>                     # all amounts in this file
timezone: <TIMEZONE>

# Where orders come from. A channel without `reader` has the file format that is called like it.
channels:
  own: {reader: native}             # your own orders.csv
  # shopify: {}
  # etsy: {buffer: 1}               # its stock feed keeps one unit back
  # amazon: {notify: false}         # Amazon writes to its customers itself

# Where your goods lie: a room at home, a warehouse, a store, a supplier who ships for you.
locations:
  home:
    kind: warehouse                 # warehouse | store | 3pl | supplier
    name: At home
    address: {country: <COUNTRY>}     # add line1, city, region and postcode
    workdays: [mon, tue, wed, thu, fri]
    cutoff: "15:00"                 # orders routed before this leave the same working day
    # holidays: [2026-12-25, 2026-12-26]   # or a country such as US, or a state such as US-NY
    # pickup: true                  # customers may collect here

# Who brings your parcels: one price a zone in each row, by weight in grams.
carriers:
  post:
    # tracking_url: "https://post.example/track/{number}"
    services:
      parcel:
        speed: standard             # standard | expedited | overnight | same_day
        zones:
          by: country               # the first area that fits; `by: distance` is the other way
          areas:
            - {countries: [<COUNTRY>]}
            - {countries: ["*"]}    # everywhere else
        transit_days: [2, 8]
        rates:
          - {upto_g: 500, price: [<AMOUNT_500>, <AMOUNT_1200>]}
          - {upto_g: 2000, price: [<AMOUNT_700>, <AMOUNT_1900>]}
        per_extra_kg: [<AMOUNT_100>, <AMOUNT_500>]

# The boxes you keep: room inside as length, width, height in millimetres.
boxes:
  small: {inner_mm: [200, 150, 100], empty_g: 90, max_g: 5000, cost: <AMOUNT_40>}
  large: {inner_mm: [400, 300, 250], empty_g: 320, max_g: 20000, cost: <AMOUNT_100>}

routing:
  strategy: each
  # What is not money but counts as such where places are compared by `cost`.
  prices: {late_day: <AMOUNT_500>, unfilled_unit: <AMOUNT_100000>}
  # Tried from the top: the first rule whose `when` fits an order decides.
  rules:
    # - name: Gifts travel together
    #   when: {tag: gift}
    #   split: never
    - name: Every order
      rank: [unfilled, late, cost, shipments, distance, rank]
      else: {backorder: wait}

# returns: {window_days: 30}
# notify: {from: "My shop <orders@shop.example>"}   # without `smtp` mails wait in outbox/
"""
