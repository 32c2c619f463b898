"""Make sample_data/: a small invented seller, Harbor & Pine, and the files of its Monday morning, 2026-11-23.

The same program gives the same files, byte for byte; tests/test_sample_data.py compares them with what is committed.

    .venv/bin/python scripts/make_sample_data.py            # writes sample_data/
    .venv/bin/python scripts/make_sample_data.py FOLDER     # writes elsewhere

Everything is invented except the towns with their postcodes: people, streets, products, numbers. Telephone numbers are
555-01xx, mail addresses end in `example` or `example.com`, barcodes begin with 952, which GS1 keeps for examples.

Most orders are ordinary. One of each kind that needs attention is listed right below, and in sample_data/README.md.
"""

from __future__ import annotations

import csv
import io
import random
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from pathlib import Path

# ---------------------------------------------------------------------------------------------------------------------
# What is special: the order as oms calls it, and what it shows
# ---------------------------------------------------------------------------------------------------------------------

TRAPS = (
    ("SH-1041", "already fulfilled: nothing is left to do"),
    ("SH-1042", "partly fulfilled: the socks have left, the throw has not"),
    ("SH-1044", "older than SH-1063, but can wait: the last brass lantern goes to the other, and this one waits for 2026-12-09"),
    ("SH-1046", "backorder: no hammock anywhere, expected in Brooklyn on 2026-12-01"),
    ("SH-1047", "cancelled and refunded before it shipped"),
    ("SH-1048", "a gift (tag `gift`, gift note): travels in one parcel or waits"),
    ("SH-1049", "a kit: a gift box that is put together from four parts on the shelf"),
    ("SH-1051", "a split: the rust throw lies only in Portland, the black lantern only in Brooklyn"),
    ("SH-1052", "goes to Canada"),
    ("SH-1053", "an unknown SKU, `MUG-BLU`: a near miss of `MUG-BLUE`"),
    ("SH-1054", "the Portland store has it around the corner, but the four parcels it can pack today are taken: Brooklyn ships"),
    ("SH-1055", "only the supplier has it: a drop-ship order with a lead time"),
    ("SH-1056", "the same SKU in two lines, 2 + 1: Reno has 2, so it must not take both lines on its own"),
    ("SH-1057", "taken by telephone: the address has no street"),
    ("SH-1058", "a note of the buyer that nobody may overlook, and a kit"),
    ("SH-1059", "goes to New Zealand, where no location ships to"),
    ("SH-1060", "a large order: the total is over the limit of 1,500 and a person looks first"),
    ("SH-1061", "note cards whose weight and size nobody has entered: the parcel is a guess"),
    ("SH-1062", "not paid yet (bank deposit pending)"),
    ("SH-1063", "expedited: gets the last brass lantern, although SH-1044 is older"),
    ("SH-1064", "came through a marketplace that masks names and addresses"),
    ("SH-1066", "two sources: the mug from our own stock, the fire pit from the supplier"),
    ("AM-114-0592817-6643205", "no e-mail address and no telephone; Amazon writes to its customers itself"),
    ("AM-111-2986701-4478213", "one Amazon order in two rows"),
    ("AM-114-3378209-1156472", "3 bought, 1 shipped before: 2 are left to ship"),
    ("AM-112-8804517-2261930", "storm matches are dangerous goods"),
    ("EB-15-14001-22873", "two items bought together: eBay adds a summary row that is no line"),
    ("EB-27-13995-48062", "a note of the buyer"),
    ("ET-3517204486", "personalised: the engraving stands beside the line"),
    ("PO-2041", "backorder partly filled: 14 of 24 star ornaments ship now, 10 wait for 2026-12-02"),
    ("PO-2042", "collected at the Chicago store"),
    ("PO-2043", "not paid yet, and ships all the same: the portal's customers pay by invoice (so does PO-2045)"),
    ("PO-2046", "a date by which it must have arrived"),
    ("PO-2047", "collected at the Portland store, from the shelf there"),
)

# ---------------------------------------------------------------------------------------------------------------------
# What they sell
# ---------------------------------------------------------------------------------------------------------------------

# sku | title | options | parent | category | grams | length x width x height in mm | price | cost | marks | HS code | origin
PRODUCTS = """
MUG-BLUE    | Harbor Stoneware Mug | Color: Blue   | MUG   | Drinkware | 420 | 130x100x105 | 24.00 | 8.10  | fragile | 6912.00 | PT
MUG-SAND    | Harbor Stoneware Mug | Color: Sand   | MUG   | Drinkware | 420 | 130x100x105 | 24.00 | 8.10  | fragile | 6912.00 | PT
MUG-FOREST  | Harbor Stoneware Mug | Color: Forest | MUG   | Drinkware | 420 | 130x100x105 | 24.00 | 8.10  | fragile | 6912.00 | PT
ENM-CREAM   | Enamel Camp Mug      | Color: Cream  | ENM   | Drinkware | 165 | 120x90x85   | 18.00 | 5.40  | -       | 7323.94 | PL
ENM-NAVY    | Enamel Camp Mug      | Color: Navy   | ENM   | Drinkware | 165 | 120x90x85   | 18.00 | 5.40  | -       | 7323.94 | PL
TUMB-12     | Trail Tumbler        | Size: 12 oz   | TUMB  | Drinkware | 290 | 85x85x150   | 28.00 | 9.75  | -       | 7323.93 | CN
TUMB-20     | Trail Tumbler        | Size: 20 oz   | TUMB  | Drinkware | 380 | 95x95x180   | 34.00 | 11.60 | -       | 7323.93 | CN
THERMOS-1L  | Pack Thermos, 1 Liter | -            | -     | Drinkware | 640 | 100x100x310 | 42.00 | 15.20 | -       | 9617.00 | CN
POUR-OVER   | Camp Pour-Over Dripper | -           | -     | Drinkware | 210 | 130x120x60  | 26.00 | 8.90  | -       | 7323.93 | US
THROW-OAT   | Wool Throw           | Color: Oat    | THROW | Textiles  | 1450 | 400x300x110 | 128.00 | 54.00 | -     | 6301.20 | PT
THROW-PINE  | Wool Throw           | Color: Pine   | THROW | Textiles  | 1450 | 400x300x110 | 128.00 | 54.00 | -     | 6301.20 | PT
THROW-RUST  | Wool Throw           | Color: Rust   | THROW | Textiles  | 1450 | 400x300x110 | 128.00 | 54.00 | -     | 6301.20 | PT
PICNIC-BLKT | Waxed Picnic Blanket | -             | -     | Textiles  | 1180 | 380x200x120 | 74.00 | 29.50 | -       | 6306.90 | IN
BEANIE-NVY  | Fisherman Beanie     | Color: Navy   | BEANIE | Apparel  | 95  | 240x180x25  | 32.00 | 10.80 | -       | 6505.00 | PE
BEANIE-OAT  | Fisherman Beanie     | Color: Oat    | BEANIE | Apparel  | 95  | 240x180x25  | 32.00 | 10.80 | -       | 6505.00 | PE
SOCK-M      | Merino Trail Socks   | Size: M       | SOCK  | Apparel   | 85  | 230x110x35  | 22.00 | 7.20  | -       | 6115.94 | US
SOCK-L      | Merino Trail Socks   | Size: L       | SOCK  | Apparel   | 92  | 230x110x35  | 22.00 | 7.20  | -       | 6115.94 | US
TOTE-CANVAS | Market Tote          | Fabric: Canvas | TOTE | Bags      | 410 | 300x220x40  | 38.00 | 12.10 | -       | 4202.92 | IN
TOTE-WAXED  | Market Tote          | Fabric: Waxed Canvas | TOTE | Bags | 560 | 300x220x45 | 58.00 | 19.40 | -       | 4202.92 | IN
DUFFEL      | Weekender Duffel     | -             | -     | Bags      | 1620 | 520x300x120 | 148.00 | 61.00 | -      | 4202.92 | IN
CDL-PINE    | Soy Candle           | Scent: Pine   | CDL   | Candles   | 380 | 85x85x100   | 34.00 | 9.60  | upright | 3406.00 | US
CDL-SALT    | Soy Candle           | Scent: Sea Salt | CDL | Candles   | 380 | 85x85x100   | 34.00 | 9.60  | upright | 3406.00 | US
CDL-SMOKE   | Soy Candle           | Scent: Wood Smoke | CDL | Candles | 380 | 85x85x100   | 34.00 | 9.60  | upright | 3406.00 | US
LAN-BRASS   | Dock Lantern         | Finish: Brass | LAN   | Lighting  | 1350 | 180x180x290 | 89.00 | 36.40 | fragile | 9405.50 | IN
LAN-BLACK   | Dock Lantern         | Finish: Black | LAN   | Lighting  | 1350 | 180x180x290 | 84.00 | 33.90 | fragile | 9405.50 | IN
SKIL-10     | Cast Iron Skillet    | Size: 10 in   | SKIL  | Kitchen   | 2350 | 420x265x50  | 64.00 | 24.80 | -       | 7323.91 | US
SKIL-12     | Cast Iron Skillet    | Size: 12 in   | SKIL  | Kitchen   | 3400 | 480x310x55  | 84.00 | 33.10 | -       | 7323.91 | US
BRD-WALNUT  | Serving Board        | Wood: Walnut  | BRD   | Kitchen   | 980 | 390x200x22  | 58.00 | 21.70 | -       | 4419.11 | US
BRD-MAPLE   | Serving Board        | Wood: Maple   | BRD   | Kitchen   | 910 | 390x200x22  | 52.00 | 18.90 | -       | 4419.11 | US
HATCHET     | Camp Hatchet         | -             | -     | Outdoor   | 820 | 360x150x35  | 79.00 | 34.20 | -       | 8201.40 | SE
FIRE-STEEL  | Fire Steel           | -             | -     | Outdoor   | 60  | 110x40x20   | 16.00 | 4.10  | -       | 3606.90 | SE
MATCH-STORM | Storm Matches, Tin of 40 | -         | -     | Outdoor   | 70  | 95x60x30    | 12.00 | 3.30  | hazmat  | 3605.00 | US
HAMMOCK-OLV | Canvas Hammock, Olive | -            | -     | Outdoor   | 1540 | 340x220x160 | 96.00 | 38.70 | -       | 6306.90 | IN
STOOL-CAMP  | Folding Camp Stool   | -             | -     | Outdoor   | 1750 | 460x320x90  | 69.00 | 27.00 | -       | 9401.69 | VN
CHAIR-ADK   | Adirondack Chair, Cedar | -          | -     | Furniture | 14500 | 920x690x210 | 289.00 | 172.00 | alone | 9401.69 | US
FIREPIT-24  | Fire Pit, 24 in      | -             | -     | Furniture | 16200 | 640x640x260 | 219.00 | 131.00 | alone | 7321.90 | US
BIRD-CEDAR  | Cedar Bird Feeder    | -             | -     | Garden    | 1260 | 300x220x190 | 46.00 | 17.80 | -       | 4421.99 | US
JOURNAL-PINE | Waterproof Field Journal | -        | -     | Paper     | 190 | 185x120x15  | 21.00 | 6.40  | -       | 4820.10 | US
CARD-NOTE   | Letterpress Note Cards, Set of 8 | -  | -     | Paper     | -   | -           | 19.00 | 5.90  | -       | 4909.00 | US
ORN-STAR    | Tin Ornament         | Shape: Star   | ORN   | Holiday   | 45  | 100x100x20  | 14.00 | 3.80  | -       | 9505.10 | IN
ORN-PINE    | Tin Ornament         | Shape: Pine   | ORN   | Holiday   | 45  | 100x100x20  | 14.00 | 3.80  | -       | 9505.10 | IN
KIT-HEARTH  | Fireside Gift Box    | -             | -     | Gift sets | -   | -           | 88.00 | -     | MUG-BLUE:2+CDL-SMOKE:1+FIRE-STEEL:1 | - | US
KIT-CAMP    | Camp Coffee Kit      | -             | -     | Gift sets | -   | -           | 58.00 | -     | ENM-NAVY:2+POUR-OVER:1 | -      | US
"""

# sku, then units in Brooklyn, Reno, Portland, Chicago and at the supplier; `-`: not kept there
STOCK = """
MUG-BLUE     46 18  3  4  -
MUG-SAND     22  0  2  8  -
MUG-FOREST   14  9  2  1  -
ENM-CREAM    31 12  0  3  -
ENM-NAVY     26 20  2  2  -
TUMB-12      19 14  -  2  -
TUMB-20      11  3  -  1  -
THERMOS-1L   10  6  -  2  -
POUR-OVER    16  9  1  1  -
THROW-OAT    17  6  1  2  -
THROW-PINE    9  4  2  0  -
THROW-RUST    0  -  2  -  -
PICNIC-BLKT   7  3  1  1  -
BEANIE-NVY   15 10  3  5  -
BEANIE-OAT    9  4  2  2  -
SOCK-M       24 16  4  4  -
SOCK-L       18 13  2  3  -
TOTE-CANVAS  20  6  3  3  -
TOTE-WAXED    5  -  1  0  -
DUFFEL        4  2  -  -  -
CDL-PINE     38 15  4  4  -
CDL-SALT     30  2  0  1  -
CDL-SMOKE    27  8  2  3  -
LAN-BRASS     1  0  -  -  -
LAN-BLACK     7  -  -  -  -
SKIL-10       6  9  1  1  -
SKIL-12       3  5  -  0  -
BRD-WALNUT    8  -  -  -  -
BRD-MAPLE    12  4  -  2  -
HATCHET      10  7  1  -  -
FIRE-STEEL   40 25  5  5  -
MATCH-STORM  60  -  6  6  -
HAMMOCK-OLV   0  0  -  -  -
STOOL-CAMP    8  5  -  -  -
CHAIR-ADK     -  -  -  - 18
FIREPIT-24    -  -  -  -  7
BIRD-CEDAR    6  -  -  1  -
JOURNAL-PINE 50 20  5  5  -
CARD-NOTE    25  -  5  5  -
ORN-STAR     16  -  -  -  -
ORN-PINE     33 10  4  6  -
"""
STOCK_PLACES = ("brooklyn", "reno", "portland", "chicago", "acme")
COUNTED_AT = {"reno": "2026-11-22T18:00:00-08:00", "acme": "2026-11-20T17:00:00-05:00"}
COUNTED_IN_HOUSE = "2026-11-23T06:30:00-05:00"

# Other than the safety stock of the location; what is made to order or nearly gone is offered to the last piece.
SAFETY = {
    ("MUG-BLUE", "brooklyn"): 6, ("CDL-PINE", "brooklyn"): 4, ("THROW-OAT", "brooklyn"): 3, ("LAN-BRASS", "brooklyn"): 0,
    ("THROW-RUST", "portland"): 0, ("DUFFEL", "brooklyn"): 1, ("JOURNAL-PINE", "brooklyn"): 8,
}  # fmt: skip

# sku, location, units, expected on, reference
INBOUND = """
HAMMOCK-OLV brooklyn 24 2026-12-01 PO-INDUS-116
LAN-BRASS   brooklyn  8 2026-12-09 PO-INDUS-118
ORN-STAR    brooklyn 60 2026-12-02 PO-INDUS-121
THROW-RUST  brooklyn 12 2026-12-11 PO-SERRA-77
MUG-SAND    reno     36 2026-12-01 TRANSFER-0412
SKIL-12     chicago   4 2026-11-30 TRANSFER-0413
"""

# ---------------------------------------------------------------------------------------------------------------------
# What was ordered. Times are New York's, of November 2026
# ---------------------------------------------------------------------------------------------------------------------

# number | placed | name | street | town | service | items | marks
SHOPIFY = """
1041 | 16 18:22 | Imani Calder        | 48 Juniper Row             | Cambridge MA 02138     | standard  | MUG-SAND 2, CDL-PINE 1 | fulfilled
1042 | 19 09:05 | Theo Brandt         | 2207 Larkfield Street      | Ann Arbor MI 48104     | standard  | SOCK-M 1, THROW-OAT 1 | partial
1043 | 20 07:41 | Priya Raman         | 610 Copperline Street, 4R  | Hoboken NJ 07030       | standard  | MUG-BLUE 2 | -
1044 | 20 09:18 | Walter Sobol        | 3318 Millrace Avenue       | Cleveland OH 44113     | standard  | LAN-BRASS 1 | -
1045 | 20 11:52 | June Halvorsen      | 4120 Tidepool Way N        | Seattle WA 98103       | standard  | SKIL-10 1, FIRE-STEEL 1 | paypal
1046 | 20 13:27 | Mateo Villareal     | 1509 Cicada Lane           | Austin TX 78704        | standard  | HAMMOCK-OLV 1 | -
1047 | 20 16:03 | Deb Rosario         | 88 Whippoorwill Court      | Nashville TN 37206     | standard  | TUMB-20 2 | cancelled
1048 | 20 19:44 | Hannah Lindqvist    | 2945 Gambrel Street        | Denver CO 80205        | standard  | BRD-WALNUT 1, CDL-SMOKE 2 | gift
1049 | 20 21:30 | Owen Fairbanks      | 17 Sugarhouse Road         | Burlington VT 05401    | standard  | KIT-HEARTH 1 | -
1050 | 21 08:12 | Keisha Monroe       | 5216 N Signalman Avenue, 2 | Chicago IL 60640       | standard  | BEANIE-NVY 1, SOCK-L 2 | code:HELLO10
1051 | 21 09:40 | Anders Nygaard      | 3604 Prairie Glass Street  | Minneapolis MN 55408   | standard  | THROW-RUST 1, LAN-BLACK 1 | -
1052 | 21 10:55 | Claire Beaumont     | 91 Ferryman Crescent       | Toronto                | abroad    | CDL-SALT 1, JOURNAL-PINE 2 | -
1053 | 21 12:08 | Russell Tate        | 704 Old Depot Street       | Durham NC 27701        | standard  | MUG-BLU 1, ENM-CREAM 1 | -
1054 | 21 14:33 | Yuki Tanabe         | 1822 SE Hawthorn Mews      | Portland OR 97214      | standard  | TOTE-WAXED 1 | paypal
1055 | 21 15:20 | Lorraine Pinckney   | 26 Tabby Wall Lane         | Charleston SC 29401    | standard  | CHAIR-ADK 2 | -
1056 | 21 17:49 | Elena Marchetti     | 2731 Delta Breeze Way      | Sacramento CA 95816    | standard  | CDL-SALT 2, CDL-SALT 1 | -
1057 | 21 20:02 | Ramona Baca         | -                          | Santa Fe NM 87501      | standard  | BEANIE-OAT 1, SOCK-M 1 | draft
1058 | 22 08:31 | Noah Feldman        | 1140 Printers Alley, Apt 3 | Philadelphia PA 19147  | standard  | KIT-CAMP 1, JOURNAL-PINE 1 | code:HELLO10
1059 | 22 09:59 | Aroha Tamihana      | 27 Kowhai Steps            | Wellington             | abroad    | THROW-PINE 1 | -
1060 | 22 11:16 | Marcus Whitfield    | 300 Customhouse Walk, Fl 9 | Boston MA 02116        | standard  | THROW-OAT 10, BRD-WALNUT 8 | company:Whitfield & Rowe LLP
1061 | 22 13:45 | Sofia Abruzzo       | 431 Coppersmith Street, 3F | Brooklyn NY 11215      | standard  | SKIL-12 1, CARD-NOTE 1 | -
1062 | 22 15:05 | Glenn Okada         | 3075 Marine Layer Drive    | San Diego CA 92104     | standard  | STOOL-CAMP 2 | pending
1063 | 22 16:38 | Beatrice Van Alen   | 59 Whaleoil Street         | Hudson NY 12534        | expedited | LAN-BRASS 1 | -
1064 | 22 18:20 | J*** M*******       | 1** C******* A*****        | Tulsa OK 74120         | standard  | TUMB-12 1 | masked
1065 | 22 21:11 | Dominic Araiza      | 1968 Bougainvillea Steps   | Los Angeles CA 90026   | next day  | BEANIE-NVY 1, SOCK-L 1 | -
1066 | 23 06:52 | Charlene Battle     | 2410 Ironwood Terrace      | Birmingham AL 35205    | standard  | MUG-FOREST 1, FIREPIT-24 1 | -
"""

# order | placed | name | street | town | service | items (bought, or bought/shipped before) | marks
AMAZON = """
113-4820175-3309841 | 20 09:10 | Paula Jankowski  | 4417 Slagheap Street         | Pittsburgh PA 15201    | Standard  | TUMB-12 1 | -
111-7730924-8125066 | 20 12:35 | Hector Salcido   | 822 W Ocotillo Crossing      | Phoenix AZ 85004       | Standard  | ENM-NAVY 2 | -
114-0592817-6643205 | 20 17:48 | Wendell Pryor    | 1903 Tobacco Loft Row        | Richmond VA 23220      | Standard  | CDL-PINE 1 | anonymous
112-6140338-9072654 | 20 22:12 | Tasha Broussard  | 2310 Bayou Lantern Lane      | Houston TX 77006       | Expedited | THERMOS-1L 1 | -
111-2986701-4478213 | 21 08:05 | Karl Petersen    | 1216 Stockyard Street        | Omaha NE 68102         | Standard  | SOCK-M 2, SOCK-L 1 | -
113-9051462-7730098 | 21 10:50 | Leilani Kahale   | 2455 Banyan Tide Road        | Honolulu HI 96815      | Standard  | TUMB-20 1 | -
114-3378209-1156472 | 21 14:22 | Adaeze Nwosu     | 1745 Larkspur Terrace NW     | Washington DC 20009    | Standard  | JOURNAL-PINE 3/1 | -
112-8804517-2261930 | 21 18:41 | Cody Harjo       | 909 NE Redbud Court          | Oklahoma City OK 73103 | Standard  | MATCH-STORM 2 | -
111-5067243-8894017 | 21 20:16 | Melissa Crane    | 1127 Steamboat Alley         | Louisville KY 40204    | NextDay   | MUG-BLUE 1 | -
113-1729840-5503386 | 22 09:27 | Brent Ostler     | 618 Foothill Spur            | Boise ID 83702         | Standard  | POUR-OVER 1 | -
114-6613075-0947728 | 22 11:58 | Garden Row Books | 214 Oystershell Street       | Baltimore MD 21231     | Standard  | BIRD-CEDAR 1 | business:GRB-3381
112-0438596-3312874 | 22 15:33 | Isabel Ferrer    | 1520 Coral Arcade, Unit 7    | Miami Beach FL 33139   | SecondDay | TOTE-CANVAS 1 | -
111-8425190-6670341 | 22 19:45 | Jerome Dupree    | 4039 Brickyard Avenue        | Saint Louis MO 63110   | Standard  | ENM-CREAM 1, POUR-OVER 1 | -
113-3096724-1185509 | 23 05:20 | Gretchen Aasen   | 402 Granary Street N         | Fargo ND 58102         | Standard  | BEANIE-OAT 2 | -
"""

EBAY = """
09-13984-51207 | 20 10:04 | Douglas Hart     | 733 E Flintlock Street   | Columbus OH 43215     | USPS Ground Advantage | HATCHET 1 | -
22-13977-90416 | 20 13:19 | Monique Tillman  | 2118 Sawgrass Street     | Jacksonville FL 32204 | UPS Ground            | DUFFEL 1 | -
15-14001-22873 | 20 18:37 | Erik Vandersteen | 1402 Isthmus Street      | Madison WI 53703      | USPS Ground Advantage | LAN-BLACK 1, MATCH-STORM 2 | -
04-14012-63358 | 21 11:26 | Cal Whitehorse   | 515 Clark Fork Lane      | Missoula MT 59801     | USPS Ground Advantage | PICNIC-BLKT 1 | -
18-14020-11794 | 21 15:02 | Annette Kowalski | 306 Saltworks Street     | Syracuse NY 13202     | USPS Priority Mail    | TUMB-20 1 | -
27-13995-48062 | 21 19:55 | Ruben Archuleta  | 1617 Cottonwood Acequia  | Albuquerque NM 87106  | UPS Ground            | SKIL-12 1 | -
12-14033-70529 | 22 10:41 | Tamika Gaines    | 820 Spindle Street       | Greensboro NC 27401   | USPS Ground Advantage | THROW-PINE 1 | -
06-14038-35910 | 22 14:08 | Spencer Nielson  | 249 N Saltbush Street    | Salt Lake City UT 84103 | UPS Ground          | STOOL-CAMP 1 | -
20-14041-88246 | 22 20:50 | Odette Landry    | 1311 Magnolia Gallery    | New Orleans LA 70115  | USPS Ground Advantage | CDL-SMOKE 2 | -
"""

ETSY = """
3517204486 | 20 08:00 | Ruth Ellery      | 77 Laurel Hollow Road     | Asheville NC 28801   | - | BRD-MAPLE 1 | engraved
3517310925 | 20 12:00 | Piper Novak      | 1640 Camas Court          | Eugene OR 97401      | - | ORN-PINE 2, BEANIE-NVY 1 | -
3517488130 | 20 19:00 | Daniel Fonseca   | 138 Wickenden Steps       | Providence RI 02906  | - | CDL-SALT 1, CDL-PINE 1 | -
3517602274 | 21 09:00 | Latoya Briggs    | 3522 Roanstone Street     | Kansas City MO 64111 | - | MUG-FOREST 2 | code:COZY10
3517719053 | 21 13:00 | Simone Achterberg | 2014 Madrone Street      | Bellingham WA 98225  | - | TOTE-CANVAS 1 | -
3517843390 | 21 18:00 | Levi Stoltz      | 411 Buggywhip Lane        | Lancaster PA 17602   | - | BIRD-CEDAR 1 | -
3517960617 | 22 10:00 | Willa Jensen     | 805 Bridger Sky Road      | Bozeman MT 59715     | - | THROW-PINE 1 | -
3518077141 | 22 16:00 | Arthur Kim       | 264 Lilac Park Street     | Rochester NY 14607   | - | MUG-SAND 1, ENM-CREAM 1 | -
3518154802 | 22 21:00 | Naomi Castellano | 53 Elm Arcade, Apt 2      | New Haven CT 06510   | - | BRD-WALNUT 1 | -
"""

# In the portal's orders the name is the buyer's, and the shop stands in the marks.
PORTAL = """
2041 | 20 10:15 | Marian Teller    | 412 Warrenhouse Street    | Hudson NY 12534       | standard | ORN-STAR 24 | company:Green Door Mercantile
2042 | 20 15:40 | Joel Abernathy   | 3640 N Lakebend Avenue    | Chicago IL 60613      | standard | MUG-SAND 6 | company:Lakebend Coffee Bar, pickup:chicago
2043 | 21 09:25 | Casey Thornbury  | 1735 Flatiron Arcade      | Boulder CO 80302      | standard | ENM-NAVY 12, POUR-OVER 6 | company:Ridge & River Outfitters, invoice
2044 | 21 16:10 | Ellen Koch       | 208 Steelworks Street     | Bethlehem PA 18015    | standard | MUG-BLUE 24, CDL-PINE 12 | company:Copper Kettle Inn
2045 | 22 08:50 | Tom Pickering    | 19 Ropewalk Wharf         | Portsmouth NH 03801   | standard | CDL-SALT 12, CDL-SMOKE 12 | company:Tidewater Gift Co., invoice
2046 | 22 17:30 | Adele Rasmussen  | 960 Lava Butte Road       | Bend OR 97702         | standard | SOCK-M 10, SOCK-L 10 | company:Summit Lodge, by:2026-12-04
2047 | 23 07:10 | Yolanda Frost    | 715 NW Streetcar Court    | Portland OR 97209     | standard | JOURNAL-PINE 2, FIRE-STEEL 3 | company:Slabtown Stationers, pickup:portland
"""

ABROAD = {"Toronto": ("Toronto", "ON", "M4K 1N2", "CA"), "Wellington": ("Wellington", "WGN", "6011", "NZ")}
NOTES = {
    "1048": "Please leave out anything with a price on it",
    "1057": "Phone order - Ramona calls back with the street",
    "1058": "Doorman from 8 to 6 only. Please do NOT leave it in the hallway, the last one was taken!",
    "27-13995-48062": "It's a wedding present, could you pack it without any advertising? Thanks!",
    "2042": "Joel picks it up on Wednesday before opening",
    "2046": "For the guest rooms, season opens December 5",
}
GIFT_NOTE = "Gift: yes\nGift note: Happy housewarming, you two! Love, Aunt Greta"
ENGRAVING = "Personalization:The Ellerys est. 2019"

# order | carrier | service | cost: what the label software gives back for parcels that it made labels for
LABELS = """
SH-1042                | ups  | ground   | 11.93
SH-1043                | usps | ground   | 7.90
SH-1045                | usps | ground   | 9.50
SH-1048                | ups  | ground   | 18.74
SH-1049                | usps | ground   | 10.60
SH-1050                | usps | ground   | 8.95
SH-1052                | usps | ground   | 7.95
SH-1054                | usps | ground   | 11.60
SH-1056                | ups  | ground   | 15.87
SH-1058                | usps | ground   | 6.90
SH-1063                | usps | priority | 12.60
AM-111-2986701-4478213 | usps | ground   | 9.60
AM-111-7730924-8125066 | usps | ground   | 7.95
AM-111-8425190-6670341 | usps | ground   | 8.80
AM-112-0438596-3312874 | usps | priority | 14.40
AM-112-6140338-9072654 | usps | priority | 33.10
AM-112-8804517-2261930 | usps | ground   | 9.60
EB-04-14012-63358      | ups  | ground   | 13.10
EB-09-13984-51207      | usps | ground   | 12.25
EB-12-14033-70529      | ups  | ground   | 13.10
EB-15-14001-22873      | ups  | ground   | 14.70
ET-3517204486          | usps | ground   | 12.25
ET-3517310925          | usps | ground   | 6.90
ET-3517488130          | usps | ground   | 7.35
ET-3517602274          | usps | ground   | 13.40
PO-2043                | ups  | ground   | 28.01
PO-2044                | ups  | ground   | 18.21
PO-2045                | ups  | ground   | 19.92
"""

# The seller's rules, as the file stands.
RULES = """\
# Harbor & Pine: what we decide, and oms keeps to. After a change: oms rules check
# Home goods and outdoor gifts, sold on the web, on three marketplaces and to other shops.

version: 1
shop: Harbor & Pine
currency: USD                         # all amounts in this file
timezone: America/New_York            # our clock; every location has its own below

# Where orders come from. A channel without `reader` has the file format that is called like it.
channels:
  shopify: {buffer: 1}                # our web shop; its stock feed keeps one unit back
  amazon:                             # Amazon writes to its customers itself, and is strict about late shipments
    notify: false
    prefix: AM
    priority: 5
    buffer: 2
    stock_from: [brooklyn, reno]
  ebay: {buffer: 1, timezone: America/Los_Angeles}     # its report names no time zone and is on Pacific time
  etsy: {buffer: 1}
  portal:                             # shops that buy from us; they pay by invoice, so their orders need not be paid yet
    reader: native
    prefix: PO
    ship_unpaid: true

# Where our goods lie.
locations:
  brooklyn:
    kind: warehouse
    name: Brooklyn warehouse
    address: {company: Harbor & Pine, line1: 14 Lantern Wharf, city: Brooklyn, region: NY, postcode: "11231", country: US}
    coordinates: [40.6794, -74.0014]  # optional: found from the postcode when left out
    timezone: America/New_York
    workdays: [mon, tue, wed, thu, fri]
    holidays: US-NY
    cutoff: "15:00"                   # orders routed before this leave the same working day
    handling_cost: 1.20               # packing one shipment: tape, paper, minutes
    daily_capacity: 120
    safety_stock: 2                   # of each SKU; stock.csv says otherwise for a few
    ships_to: [US, CA]
    rank: 1
  reno:
    kind: 3pl
    name: Sierra Fulfillment
    address: {company: Sierra Fulfillment, line1: 880 Basin Yard Road, city: Reno, region: NV, postcode: "89502", country: US}
    timezone: America/Los_Angeles
    workdays: [mon, tue, wed, thu, fri]
    holidays: US-NV
    cutoff: "13:00"
    handling_cost: 2.10               # what they charge us for a shipment
    daily_capacity: 60
    safety_stock: 1
    ships_to: [US, CA]
    rank: 2
  portland:
    kind: store
    name: Portland store
    address: {company: Harbor & Pine, line1: 27 Alder Quay, city: Portland, region: OR, postcode: "97209", country: US}
    timezone: America/Los_Angeles
    workdays: [mon, tue, wed, thu, fri, sat]
    holidays: US-OR
    cutoff: "11:30"                   # the parcels go with the mail carrier at noon
    handling_cost: 1.80
    daily_capacity: 4                 # Nora packs between customers
    safety_stock: 1                   # one of each stays on the shelf
    pickup: true                      # customers may collect here
    ships_to: [US]
    rank: 3
  chicago:
    kind: store
    name: Chicago store
    address: {company: Harbor & Pine, line1: 1605 Foundry Lane, city: Chicago, region: IL, postcode: "60614", country: US}
    timezone: America/Chicago
    workdays: [mon, tue, wed, thu, fri, sat]
    holidays: US-IL
    cutoff: "12:30"
    handling_cost: 1.80
    daily_capacity: 5
    safety_stock: 1
    pickup: true
    ships_to: [US]
    rank: 4
  acme:                               # makes our large furniture and ships it for us
    kind: supplier
    name: Acme Outdoor Works
    address: {company: Acme Outdoor Works, line1: 310 Old Mill Siding, city: Atlanta, region: GA, postcode: "30318", country: US}
    timezone: America/New_York
    workdays: [mon, tue, wed, thu, fri]
    holidays: US-GA
    lead_days: 3                      # working days from our purchase order to their truck
    handling_cost: 6.50
    ships_to: [US]
    rank: 9
    email: orders@acme-outdoor.example

# Who brings our parcels. Zones by distance, as the carriers reckon them; where we ship at all stands under `ships_to` above.
carriers:
  usps:
    tracking_url: "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}"
    services:
      ground:                         # Ground Advantage
        speed: standard               # standard | expedited | overnight | same_day
        zones: {by: distance, unit: mi, upto: [50, 150, 300, 600, 1000, 1400, 1800]}      # 8 zones: the last is beyond
        transit_days: [2, 2, 3, 3, 4, 4, 5, 5]
        rates:                        # price of a parcel by billable weight, one column a zone
          - {upto_g: 227, price: [4.35, 4.50, 4.65, 4.85, 5.15, 5.40, 5.70, 6.10]}
          - {upto_g: 454, price: [5.40, 5.60, 5.85, 6.20, 6.60, 7.00, 7.45, 8.05]}
          - {upto_g: 907, price: [6.60, 6.90, 7.35, 7.95, 8.80, 9.60, 10.45, 11.60]}
          - {upto_g: 1814, price: [7.90, 8.30, 9.05, 10.10, 11.90, 13.40, 14.95, 16.80]}
          - {upto_g: 2722, price: [8.95, 9.50, 10.60, 12.25, 15.10, 17.30, 19.70, 22.60]}
          - {upto_g: 4536, price: [10.30, 11.10, 12.60, 15.20, 19.60, 23.10, 26.80, 31.20]}
        per_extra_kg: [1.10, 1.35, 1.80, 2.60, 3.90, 4.90, 5.90, 7.10]     # each started kilogram above the last row
        dim_divisor: 6000             # cm3 that count as one kilogram
        max_g: 31750
        delivers: [mon, tue, wed, thu, fri, sat]
        holidays: US
      priority:                       # Priority Mail
        speed: expedited
        zones: {by: distance, unit: mi, upto: [50, 150, 300, 600, 1000, 1400, 1800]}
        transit_days: [1, 1, 2, 2, 2, 3, 3, 3]
        rates:
          - {upto_g: 454, price: [7.90, 8.20, 8.60, 9.20, 10.00, 10.60, 11.30, 12.40]}
          - {upto_g: 907, price: [8.80, 9.20, 9.90, 11.20, 13.10, 14.40, 15.90, 18.20]}
          - {upto_g: 1814, price: [10.20, 10.90, 12.30, 14.90, 18.60, 21.40, 24.30, 28.10]}
          - {upto_g: 2722, price: [11.60, 12.60, 14.80, 18.70, 24.40, 28.60, 33.10, 38.40]}
          - {upto_g: 4536, price: [13.90, 15.20, 18.40, 24.30, 33.10, 39.20, 45.60, 53.40]}
        per_extra_kg: [1.90, 2.30, 3.10, 4.70, 7.20, 8.90, 10.60, 12.80]
        dim_divisor: 6000
        max_g: 31750
        delivers: [mon, tue, wed, thu, fri, sat]
        holidays: US
  ups:
    tracking_url: "https://www.ups.com/track?loc=en_US&tracknum={number}"
    services:
      ground:
        speed: standard
        zones: {by: distance, unit: mi, upto: [150, 300, 600, 1000, 1400, 1800]}          # 7 zones
        transit_days: [1, 2, 2, 3, 4, 4, 5]
        rates:
          - {upto_g: 907, price: [8.60, 8.90, 9.40, 9.90, 10.60, 11.10, 11.90]}
          - {upto_g: 2268, price: [9.30, 9.80, 10.50, 11.40, 12.60, 13.50, 14.90]}
          - {upto_g: 4536, price: [10.40, 11.20, 12.30, 13.80, 16.00, 17.60, 20.10]}
          - {upto_g: 9072, price: [12.20, 13.60, 15.40, 18.20, 22.40, 25.30, 29.60]}
        per_extra_kg: [0.70, 0.85, 1.05, 1.35, 1.80, 2.15, 2.60]
        dim_divisor: 5000
        max_g: 68000
        fuel_percent: 6.5
        holidays: US
      next_day:
        speed: overnight
        zones: {by: distance, unit: mi, upto: [150, 300, 600, 1000, 1400, 1800]}
        transit_days: [1, 1, 1, 1, 1, 1, 1]
        rates:
          - {upto_g: 454, price: [22.40, 26.10, 31.80, 36.90, 39.40, 41.20, 43.80]}
          - {upto_g: 907, price: [24.20, 28.90, 35.60, 41.20, 44.50, 46.80, 50.10]}
          - {upto_g: 2268, price: [28.60, 35.40, 44.90, 52.30, 57.80, 61.20, 66.40]}
          - {upto_g: 4536, price: [35.20, 45.80, 60.10, 71.40, 79.90, 85.30, 93.70]}
        per_extra_kg: [2.60, 3.90, 5.80, 7.10, 8.20, 8.90, 9.80]
        dim_divisor: 5000
        max_g: 68000
        fuel_percent: 6.5
        holidays: US

# The boxes we keep: room inside as length, width, height in millimetres.
boxes:
  mailer: {inner_mm: [320, 230, 50], empty_g: 45, max_g: 1500, cost: 0.28}
  small: {inner_mm: [200, 160, 130], empty_g: 95, max_g: 4000, cost: 0.44}
  medium: {inner_mm: [330, 230, 200], empty_g: 210, max_g: 9000, cost: 0.82}
  flat: {inner_mm: [500, 330, 70], empty_g: 260, max_g: 9000, cost: 0.98}             # boards and skillets
  wide: {inner_mm: [420, 310, 130], empty_g: 290, max_g: 9000, cost: 1.05}            # throws
  large: {inner_mm: [560, 420, 320], empty_g: 690, max_g: 25000, cost: 2.35}

promise: {buffer_days: 0}             # days on top of the carriers' own

routing:
  strategy: each                      # order by order, the more urgent and older first
  # What is not money but counts as money where places are compared by `cost`.
  prices: {late_day: 4.00, unfilled_unit: 1000.00, extra_shipment: 1.50, per_100_km: 0.00, below_safety_unit: 0.50}
  # Tried from the top: the first rule whose `when` fits an order decides.
  rules:
    - name: Look at large orders first
      when: {total: {over: 1500.00}}
      hold: value over 1,500
      examples:
        - {order: {postcode: "02116", total: 1744.00, lines: {THROW-OAT: 10}}, stock: {brooklyn: {THROW-OAT: 17}}, held: true}

    - name: Priority orders ship faster
      when: {service: [expedited, overnight, same_day]}
      priority: 10                    # goes first when stock is short, before older orders that can wait
      avoid: {kind: supplier}
      max_km: 2000
      rank: [unfilled, days, cost]
      else: next                      # farther than that: the next rule that fits
      examples:
        - order: {postcode: "12534", service: expedited, lines: {LAN-BRASS: 1}}
          stock: {brooklyn: {LAN-BRASS: 1}, chicago: {LAN-BRASS: 1}}
          ships_from: {brooklyn: {LAN-BRASS: 1}}

    - name: Wholesale comes from the large shelves
      when: {channel: portal}
      only: [brooklyn, reno]
      keep_safety_stock: true         # the last pieces are for customers who buy one
      split: {max_shipments: 2, min_part_value: 50.00}
      rank: [unfilled, late, cost, shipments]
      else: {backorder: wait}

    - name: Gifts travel together
      when: {tag: gift}
      avoid: {kind: supplier}
      split: never                    # the whole gift in one parcel, or it waits
      rank: [unfilled, late, cost]

    - name: Our own stock first
      only: {kind: [warehouse, store, 3pl]}
      split: {max_shipments: 3, min_part_value: 15.00}
      rank: [unfilled, late, cost, shipments, distance, rank]
      else: next                      # what we do not have, the supplier may
      examples:
        - {order: {postcode: "98103", lines: {MUG-BLUE: 1}}, stock: {brooklyn: {MUG-BLUE: 5}, reno: {MUG-BLUE: 5}}, ships_from: {reno: {MUG-BLUE: 1}}}
        - {order: {postcode: "78704", lines: {HAMMOCK-OLV: 1}}, backordered: {HAMMOCK-OLV: 1}}

    - name: From the supplier, or wait
      only: {kind: supplier}
      else: {backorder: wait, cancel_after_days: 30}

returns:
  window_days: 30
  auto_approve_under: 50.00
  reasons:
    damaged: {fee: 0, restock: false}
    wrong_item: {fee: 0}
    changed_mind: {fee: 5.00}

notify:
  from: "Harbor & Pine <orders@harborandpine.example>"
  reply_to: "hello@harborandpine.example"
  # Without `smtp` the mails wait as files in outbox/:
  # smtp: {host: smtp.harborandpine.example, port: 587, tls: starttls, user: orders, password_command: "pass show smtp/orders"}

# Stock files that partners send us; `oms sync` reads them.
# stock_sync:
#   - {location: acme, path: feeds/acme.csv, reader: acme_stock, quantity_is: available, max_drop_percent: 50}
# readers:
#   acme_stock: {kind: stock, columns: {sku: Item No, on_hand: Free, as_of: Date}, delimiter: ";", dates: "%m/%d/%Y", location: acme}
"""

AREA_CODES = """
AL 205 AZ 602 CA 213 CO 303 CT 203 DC 202 FL 305 HI 808 ID 208 IL 312 KY 502 LA 504 MA 617 MD 410 MI 734 MN 612 MO 314 MT 406
NC 919 ND 701 NE 402 NH 603 NJ 201 NM 505 NY 718 OH 216 OK 405 OR 503 PA 215 RI 401 SC 843 TN 615 TX 512 UT 801 VA 804 VT 802
WA 206 WI 608 ON 416
"""
STATES = """
AL Alabama, CA California, CO Colorado, IL Illinois, MA Massachusetts, MI Michigan, MN Minnesota, NC North Carolina, NJ New Jersey,
NM New Mexico, NY New York, OH Ohio, OK Oklahoma, ON Ontario, OR Oregon, PA Pennsylvania, SC South Carolina, TN Tennessee, TX Texas,
VT Vermont, WA Washington, WGN Wellington
"""
# Where the seller collects sales tax, in hundredths of a percent.
TAXES = {
    "NY": (("New York State Tax 4%", 400), ("New York Local Tax 4%", 400)),
    "IL": (("Illinois State Tax 6.25%", 625), ("Illinois Local Tax 4%", 400)),
}
# What Shopify's checkout offers: its words and the price.
SERVICES = {
    "standard": ("Standard", 695),
    "free": ("Free shipping over $75", 0),
    "expedited": ("Expedited (2 business days)", 1495),
    "next day": ("Next Day Air", 3200),
    "abroad": ("International Standard", 2400),
}
PERCENT_OFF = 10  # every coupon of this shop
NEW_YORK = timezone(timedelta(hours=-5))  # standard time, in November
TODAY = date(2026, 11, 23)

# ---------------------------------------------------------------------------------------------------------------------
# From the tables above to records
# ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Product:
    """One row of the catalogue. Money in cents; None: unknown."""

    sku: str
    title: str
    options: str
    parent: str
    category: str
    grams: str
    size: tuple[str, str, str]
    price: int
    cost: int | None
    marks: str
    hs_code: str
    origin: str

    @property
    def variant(self) -> str:
        """`Blue` of `Color: Blue`."""
        return self.options.partition(": ")[2]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an order; `sent` units left before this morning. `number` counts from 1 in its order."""

    number: int
    sku: str
    units: int
    sent: int = 0


@dataclass(frozen=True, slots=True)
class Sale:
    """One order as the tables have it."""

    number: str
    placed: datetime
    name: str
    line1: str
    line2: str
    city: str
    region: str
    postcode: str
    country: str
    service: str
    items: tuple[Item, ...]
    marks: dict[str, str]

    @property
    def email(self) -> str:
        """An address that belongs to nobody."""
        return re.sub(r"[^a-z]+", ".", self.name.lower()) + "@example.com"

    @property
    def note(self) -> str:
        """What the buyer wrote."""
        return NOTES.get(self.number, "")


def cells(text: str) -> list[list[str]]:
    """The rows of a table above, `-` as empty text."""
    return [["" if cell.strip() == "-" else cell.strip() for cell in row.split("|")] for row in lines(text)]


def lines(text: str) -> list[str]:
    """The rows of a text above."""
    return text.strip().splitlines()


def columns(text: str, mark: str = ",") -> list[str]:
    """The names of a header."""
    return text.split(mark)


def product(row: Sequence[str]) -> Product:
    """One row of PRODUCTS."""
    sku, title, options, parent, category, grams, size, price, cost, marks, hs_code, origin = row
    length, width, height = size.split("x") if size else ("", "", "")
    in_cents = cents(cost) if cost else None
    return Product(sku, title, options, parent, category, grams, (length, width, height), cents(price), in_cents, marks, hs_code, origin)


def sale(row: Sequence[str]) -> Sale:
    """One row of an order table."""
    number, placed, name, street, town, service, items, marks = row
    day, clock = placed.split()
    line1, _, line2 = street.partition(", ")
    seconds = timedelta(seconds=chance(f"second {number}").randrange(60))
    return Sale(
        number,
        datetime.combine(TODAY.replace(day=int(day)), time.fromisoformat(clock), NEW_YORK) + seconds,
        name,
        line1,
        line2,
        *place(town),
        service,
        tuple(item(n, text) for n, text in enumerate(items.split(", "), 1)),
        {key: value for key, _, value in (mark.partition(":") for mark in marks.split(", ") if mark)},
    )


def place(town: str) -> tuple[str, str, str, str]:
    """City, region, postcode and country."""
    if town in ABROAD:
        return ABROAD[town]
    city, region, postcode = town.rsplit(" ", 2)
    return city, region, postcode, "US"


def item(number: int, text: str) -> Item:
    """`JOURNAL-PINE 3/1`: three bought, one sent before."""
    sku, _, units = text.partition(" ")
    bought, _, sent = units.partition("/")
    return Item(number, sku, int(bought), int(sent or 0))


def cents(text: str) -> int:
    """Money from its text."""
    return int(Decimal(text) * 100)


def money(amount: int) -> str:
    """Money as its text."""
    return f"{amount // 100}.{amount % 100:02}"


def part_of(amount: int, basis_points: int) -> int:
    """A share of an amount of money, rounded half up."""
    return int((Decimal(amount) * basis_points / 10_000).quantize(Decimal(1), ROUND_HALF_UP))


CATALOG = {one.sku: one for one in map(product, cells(PRODUCTS))}
# What shops call a SKU that the catalogue does not have: the mistake was made in the web shop.
SOLD_AS = CATALOG | {"MUG-BLU": CATALOG["MUG-BLUE"]}


def chance(purpose: str) -> random.Random:
    """Dice of their own for each purpose, so that a new order changes no number of another."""
    return random.Random(f"Harbor & Pine / {purpose}")


def digits(purpose: str, count: int, start: str = "") -> str:
    """A number of `count` digits that begins with `start`."""
    dice = chance(purpose)
    return start + "".join(str(dice.randrange(10)) for _ in range(count - len(start)))


def letters(purpose: str, count: int, alphabet: str = "abcdefghijklmnopqrstuvwxyz0123456789") -> str:
    """A text of random letters."""
    dice = chance(purpose)
    return "".join(alphabet[dice.randrange(len(alphabet))] for _ in range(count))


def phone(one: Sale) -> str:
    """A number from the range that is kept for fiction."""
    areas = dict(zip(AREA_CODES.split()[::2], AREA_CODES.split()[1::2], strict=True))
    return f"{areas[one.region]}-555-{digits(f'phone {one.name}', 4, '01')}" if one.region in areas else ""


def check_digit(number: str) -> str:
    """Weights 3, 1, 3, 1 … from the right: of EAN-13, and of the numbers of USPS."""
    return str(-sum(int(digit) * (3, 1)[n % 2] for n, digit in enumerate(reversed(number))) % 10)


def ups_check_digit(number: str) -> str:
    """Weights 1, 2, 1, 2 … from the left; a letter counts (ASCII - 3) mod 10."""
    values = [int(char) if char.isdigit() else (ord(char) - 3) % 10 for char in number]
    return str(-sum(value * (1, 2)[n % 2] for n, value in enumerate(values)) % 10)


# ---------------------------------------------------------------------------------------------------------------------
# The seller's own files
# ---------------------------------------------------------------------------------------------------------------------

PRODUCT_COLUMNS = columns(
    "sku title barcode weight_g length_mm width_mm height_mm price cost currency parent options category components "
    "keep_upright fragile ships_alone hazmat returnable hs_code origin",
    mark=" ",
)
ORDER_COLUMNS = columns(
    "channel order_id placed_at payment currency email phone name company address1 address2 city region postcode country "
    "service ship_by deliver_by pickup_location tags note shipping tax tax_included discount total "
    "line_id sku title quantity unit_price line_discount line_tax line_note",
    mark=" ",
)


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, quoting: int = csv.QUOTE_MINIMAL) -> str:
    """A CSV file as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=quoting)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def named(header: Sequence[str], row: dict[str, str]) -> list[str]:
    """The values of a row in the order of the columns. A name that is no column is a mistake of this program."""
    if unknown := row.keys() - set(header):
        raise KeyError(unknown)
    return [row.get(column, "") for column in header]


def products_csv() -> str:
    """The catalogue."""
    return table(PRODUCT_COLUMNS, [product_row(n, one) for n, one in enumerate(CATALOG.values(), 1)])


def product_row(number: int, one: Product) -> list[str]:
    """One product; what is put together from others has no barcode of its own."""
    body = f"9521234{number:05}"
    kit = ":" in one.marks
    flags = {"keep_upright": "upright", "fragile": "fragile", "ships_alone": "alone", "hazmat": "hazmat"}
    row = {
        "sku": one.sku, "title": one.title, "barcode": "" if kit else body + check_digit(body), "weight_g": one.grams,
        "length_mm": one.size[0], "width_mm": one.size[1], "height_mm": one.size[2],
        "price": money(one.price), "cost": "" if one.cost is None else money(one.cost), "currency": "USD",
        "parent": one.parent, "options": one.options, "category": one.category,
        "components": one.marks.replace("+", "|") if kit else "",
        "returnable": "false" if "hazmat" in one.marks else "true", "hs_code": one.hs_code, "origin": one.origin,
    }  # fmt: skip
    row |= {column: "true" if one.marks == mark else "false" for column, mark in flags.items()}
    return named(PRODUCT_COLUMNS, row)


def stock_csv() -> str:
    """What lies where, as it was counted."""
    rows = []
    for shelf, line in enumerate(lines(STOCK)):
        sku, *counts = line.split()
        for location, units in zip(STOCK_PLACES, counts, strict=True):
            if units != "-":
                safety = SAFETY.get((sku, location))
                counted = COUNTED_AT.get(location, COUNTED_IN_HOUSE)
                rows.append([sku, location, units, shelf_name(location, shelf), "" if safety is None else str(safety), counted])
    return table(columns("sku location on_hand bin safety_stock as_of", mark=" "), rows)


def shelf_name(location: str, shelf: int) -> str:
    """Aisle, bay and level in the warehouse; the 3PL has its own numbers, the stores have none."""
    if location == "brooklyn":
        return f"{'ABCD'[shelf // 12]}-{shelf % 12 // 3 + 1:02}-{shelf % 3 + 1}"
    return f"R{2000 + shelf * 17}" if location == "reno" else ""


def inbound_csv() -> str:
    """Goods that are expected."""
    return table(columns("sku location quantity expected_on reference", mark=" "), [line.split() for line in lines(INBOUND)])


def tracking_csv() -> str:
    """What the label software gives back in the evening."""
    rows = []
    for order, carrier, service, cost in cells(LABELS):
        rows.append([order, carrier, service, tracking_number(order, carrier, service), TODAY.isoformat(), cost])
    return table(columns("shipment_or_order carrier service tracking_number shipped_at cost", mark=" "), rows)


def tracking_number(order: str, carrier: str, service: str) -> str:
    """A number of the carrier's form with the right check digit."""
    if carrier == "usps":
        number = digits(f"label {order}", 21, "94055" if service == "priority" else "94001")
        return number + check_digit(number)
    number = "84HP20" + ("01" if service == "next_day" else "03") + digits(f"label {order}", 7)
    return f"1Z{number}{ups_check_digit(number)}"


def portal_csv() -> str:
    """The orders of other shops, in our own form; they pay half of the shop's price."""
    return table(ORDER_COLUMNS, [named(ORDER_COLUMNS, row) for one in map(sale, cells(PORTAL)) for row in portal_rows(one)])


def portal_rows(one: Sale) -> list[dict[str, str]]:
    """One row a line, with the order's part on each."""
    pickup = one.marks.get("pickup", "")
    goods = sum(SOLD_AS[line.sku].price // 2 * line.units for line in one.items)
    shipping = 0 if pickup else 1800
    head = {
        "channel": "portal", "order_id": one.number, "placed_at": one.placed.isoformat(), "currency": "USD",
        "payment": "pending" if "invoice" in one.marks else "paid", "email": one.email, "phone": phone(one), "name": one.name,
        "company": one.marks["company"], "address1": one.line1, "address2": one.line2, "city": one.city, "region": one.region,
        "postcode": one.postcode, "country": one.country, "service": "" if pickup else one.service,
        "deliver_by": one.marks.get("by", ""), "pickup_location": pickup, "tags": "wholesale", "note": one.note,
        "shipping": money(shipping), "tax": "0.00", "tax_included": "false", "discount": "0.00", "total": money(goods + shipping),
    }  # fmt: skip
    return [head | portal_line(line) for line in one.items]


def portal_line(line: Item) -> dict[str, str]:
    """The columns of one line."""
    sold = SOLD_AS[line.sku]
    title = f"{sold.title}, {sold.variant}" if sold.variant else sold.title
    return {
        "line_id": str(line.number), "sku": line.sku, "title": title, "quantity": str(line.units),
        "unit_price": money(sold.price // 2), "line_discount": "0.00", "line_tax": "0.00",
    }  # fmt: skip


# ---------------------------------------------------------------------------------------------------------------------
# Shopify: one row a line, the order's part on the first of them only
# ---------------------------------------------------------------------------------------------------------------------

SHOPIFY_COLUMNS = columns(
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,"
    "Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,"
    "Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,"
    "Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,Billing Zip,Billing Province,Billing Country,"
    "Billing Phone,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,"
    "Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,"
    "Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,"
    "Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,Tax 5 Name,Tax 5 Value,Phone,Receipt Number,"
    "Duties,Billing Province Name,Shipping Province Name,Payment ID,Payment Terms Name,Next Payment Due At,Payment References",
)
# Empty texts stand as "" in Shopify's files, values that are not there as nothing at all.
SHOPIFY_TEXTS = frozenset({"Discount Code", "Notes", "Note Attributes", "Tags"})


def shopify_csv() -> str:
    """The web shop's export, the newest order first."""
    rows = [row for one in reversed(list(map(sale, cells(SHOPIFY)))) for row in shopify_rows(one)]
    texts = [",".join(SHOPIFY_COLUMNS)]
    for row in rows:
        values = zip(SHOPIFY_COLUMNS, named(SHOPIFY_COLUMNS, row), strict=True)
        texts.append(",".join(shopify_cell(value, text=column in SHOPIFY_TEXTS and "Total" in row) for column, value in values))
    return "\n".join(texts) + "\n"


def shopify_cell(value: str, *, text: bool) -> str:
    """A value, in quotes where it must be."""
    if re.search(r'[",\n]', value) or (text and not value):
        return '"' + value.replace('"', '""') + '"'
    return value


def shopify_rows(one: Sale) -> list[dict[str, str]]:
    """One order."""
    off = [part_of(SOLD_AS[line.sku].price * line.units, PERCENT_OFF * 100) if "code" in one.marks else 0 for line in one.items]
    rows = [shopify_line(one, line, discount) for line, discount in zip(one.items, off, strict=True)]
    goods = sum(SOLD_AS[line.sku].price * line.units for line in one.items) - sum(off)
    rows[0] |= shopify_money(one, goods, sum(off)) | shopify_address(one, "Billing") | shopify_address(one, "Shipping")
    rows[0] |= shopify_state(one, cents(rows[0]["Total"]))
    return rows


def shopify_line(one: Sale, line: Item, discount: int) -> dict[str, str]:
    """The columns that every row has."""
    sold = SOLD_AS[line.sku]
    sent = "fulfilled" in one.marks or ("partial" in one.marks and line.number == 1)
    return {
        "Name": f"#{one.number}", "Email": "" if "masked" in one.marks else one.email, "Created at": shopify_time(one.placed),
        "Lineitem quantity": str(line.units), "Lineitem name": f"{sold.title} - {sold.variant}" if sold.variant else sold.title,
        "Lineitem price": money(sold.price), "Lineitem sku": line.sku, "Lineitem requires shipping": "true",
        "Lineitem taxable": "true", "Lineitem fulfillment status": "fulfilled" if sent else "pending", "Vendor": "Harbor & Pine",
        "Lineitem discount": money(discount),
    }  # fmt: skip


def shopify_money(one: Sale, goods: int, discount: int) -> dict[str, str]:
    """Total = Subtotal + Shipping + Taxes; the discount is off the subtotal already."""
    service, shipping = SERVICES["free" if one.service == "standard" and goods >= 7500 else one.service]
    taxes = [(name, part_of(goods, rate)) for name, rate in TAXES.get(one.region, ())]
    row = {
        "Currency": "USD", "Subtotal": money(goods), "Shipping": money(shipping), "Shipping Method": service,
        "Taxes": money(sum(tax for _, tax in taxes)), "Total": money(goods + shipping + sum(tax for _, tax in taxes)),
        "Discount Code": one.marks.get("code", ""), "Discount Amount": money(discount),
    }  # fmt: skip
    for n, (name, tax) in enumerate(taxes, 1):
        row |= {f"Tax {n} Name": name, f"Tax {n} Value": money(tax)}
    return row


def shopify_address(one: Sale, kind: str) -> dict[str, str]:
    """An address; `'` keeps spreadsheets from taking a postcode or a telephone number for a number."""
    number = phone(one)
    states = dict(state.strip().split(" ", 1) for state in STATES.split(","))
    values = {
        "Name": one.name, "Street": ", ".join(filter(None, (one.line1, one.line2))), "Address1": one.line1, "Address2": one.line2,
        "Company": one.marks.get("company", ""), "City": one.city, "Zip": f"'{one.postcode}" if one.postcode.isdigit() else one.postcode,
        "Province": one.region, "Country": one.country, "Province Name": states.get(one.region, ""),
        "Phone": "" if "masked" in one.marks or not number else f"'+1 {number}",
    }  # fmt: skip
    return {f"{kind} {name}": value for name, value in values.items()}


def shopify_state(one: Sale, total: int) -> dict[str, str]:
    """Paid, sent, cancelled, and through which door it came."""
    paid, cancelled, sent = "pending" not in one.marks, "cancelled" in one.marks, "fulfilled" in one.marks
    reference = letters(f"payment {one.number}", 25, "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")
    method = next((name for mark, name in PAYMENT_METHODS.items() if mark in one.marks), "Shopify Payments")
    return {
        "Financial Status": "refunded" if cancelled else "paid" if paid else "pending",
        "Paid at": shopify_time(one.placed + timedelta(seconds=3)) if paid else "",
        "Fulfillment Status": "fulfilled" if sent else "partial" if "partial" in one.marks else "unfulfilled",
        "Fulfilled at": shopify_time(one.placed + timedelta(hours=20)) if sent else "",
        "Accepts Marketing": ("no", "yes")[chance(f"news {one.number}").randrange(2)], "Notes": one.note,
        "Cancelled at": shopify_time(one.placed + timedelta(hours=2, minutes=11)) if cancelled else "",
        "Payment Method": method, "Payment Reference": reference, "Payment ID": reference, "Payment References": reference,
        "Refunded Amount": money(total if cancelled else 0), "Outstanding Balance": money(0 if paid else total),
        "Id": digits("shop", 6, "621184") + digits(f"id {one.number}", 7), "Risk Level": "Low",
        "Source": "shopify_draft_order" if "draft" in one.marks else "7194023" if "masked" in one.marks else "web",
        "Tags": "gift" if "gift" in one.marks else "", "Note Attributes": GIFT_NOTE if "gift" in one.marks else "",
    }  # fmt: skip


PAYMENT_METHODS = {"paypal": "PayPal Express Checkout", "pending": "Bank Deposit", "draft": "manual", "masked": "custom"}


def shopify_time(at: datetime) -> str:
    """`2026-11-20 07:41:12 -0500`."""
    return f"{at:%Y-%m-%d %H:%M:%S %z}"


# ---------------------------------------------------------------------------------------------------------------------
# Amazon: the report of unshipped orders, tab-separated and without quotes
# ---------------------------------------------------------------------------------------------------------------------

AMAZON_COLUMNS = columns(
    "order-id order-item-id purchase-date payments-date reporting-date promise-date days-past-promise buyer-email buyer-name "
    "buyer-phone-number sku product-name quantity-purchased quantity-shipped quantity-to-ship ship-service-level recipient-name "
    "ship-address-1 ship-address-2 ship-address-3 ship-city ship-state ship-postal-code ship-country is-business-order "
    "purchase-order-number price-designation is-iba verge-of-cancellation verge-of-lateShipment",
    mark=" ",
)


def amazon_txt() -> str:
    """One row a line, the order's part on each of them."""
    rows = [named(AMAZON_COLUMNS, amazon_row(one, line)) for one in map(sale, cells(AMAZON)) for line in one.items]
    return "".join("\t".join(row) + "\r\n" for row in (AMAZON_COLUMNS, *rows))


def amazon_row(one: Sale, line: Item) -> dict[str, str]:
    """One line of an order."""
    sold = SOLD_AS[line.sku]
    promise = ship_by(one)
    known = "anonymous" not in one.marks
    return {
        "order-id": one.number, "order-item-id": digits(f"item {one.number} {line.number}", 14, "6"),
        "purchase-date": utc(one.placed), "payments-date": utc(one.placed), "reporting-date": utc(one.placed + timedelta(minutes=34)),
        "promise-date": f"{promise + timedelta(days=1)}T07:59:59+00:00", "days-past-promise": str((TODAY - promise).days),
        "buyer-email": f"{letters(f'relay {one.number}', 15)}@marketplace.amazon.example" if known else "",
        "buyer-name": one.name, "buyer-phone-number": f"+1 {phone(one)}" if known else "", "sku": line.sku,
        "product-name": f"Harbor & Pine {sold.title}{f', {sold.variant}' if sold.variant else ''}",
        "quantity-purchased": str(line.units), "quantity-shipped": str(line.sent), "quantity-to-ship": str(line.units - line.sent),
        "ship-service-level": one.service, "recipient-name": one.name, "ship-address-1": one.line1, "ship-address-2": one.line2,
        "ship-city": one.city, "ship-state": one.region, "ship-postal-code": one.postcode, "ship-country": one.country,
        "is-business-order": "true" if "business" in one.marks else "false", "purchase-order-number": one.marks.get("business", ""),
        "is-iba": "false", "verge-of-cancellation": "false", "verge-of-lateShipment": "true" if promise <= TODAY else "false",
    }  # fmt: skip


def utc(at: datetime) -> str:
    """An instant as Amazon writes it."""
    return at.astimezone(UTC).isoformat()


def ship_by(one: Sale) -> date:
    """Two working days for the standard service, one for the faster ones."""
    day = one.placed.date()
    left = 2 if one.service.lower().startswith("standard") or "Ground" in one.service else 1
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


# ---------------------------------------------------------------------------------------------------------------------
# eBay: a blank line, the header, a line of commas, the orders, a footer; an order of several items has a row for their sum
# ---------------------------------------------------------------------------------------------------------------------

EBAY_COLUMNS = columns(
    "Sales Record Number,Order Number,Buyer Username,Buyer Name,Buyer Email,Buyer Note,Buyer Address 1,Buyer Address 2,Buyer City,"
    "Buyer State,Buyer Zip,Buyer Country,Buyer Tax Identifier Name,Buyer Tax Identifier Value,Ship To Name,Ship To Phone,"
    "Ship To Address 1,Ship To Address 2,Ship To City,Ship To State,Ship To Zip,Ship To Country,Item Number,Item Title,Custom Label,"
    "Sold Via Promoted Listings,Quantity,Sold For,Shipping And Handling,Item Location,Item Zip Code,Item Country,"
    "eBay Collect And Remit Tax Rate,eBay Collect And Remit Tax Type,eBay Reference Name,eBay Reference Value,Tax Status,"
    "Seller Collected Tax,eBay Collected Tax,Electronic Waste Recycling Fee,Mattress Recycling Fee,Battery Recycling Fee,"
    "White Goods Disposal Tax,Tire Recycling Fee,Additional Fee,Lumber Fee,Prepaid Wireless Fee,"
    "Road Improvement And Food Delivery Fee,eBay Collected Charges,Total Price,eBay Collected Tax and Fees Included in Total,"
    "Payment Method,Sale Date,Paid On Date,Ship By Date,Minimum Estimated Delivery Date,Maximum Estimated Delivery Date,"
    "Shipped On Date,Feedback Left,Feedback Received,My Item Note,PayPal Transaction ID,Shipping Service,Tracking Number,"
    "Transaction ID,Variation Details,Global Shipping Program,Global Shipping Reference ID,Click And Collect,"
    "Click And Collect Reference Number,eBay Plus,Authenticity Verification Program,Authenticity Verification Status,"
    "Authenticity Verification Outcome Reason,PSA Vault Program,Vault Fulfillment Type,eBay Fulfillment Program,Tax City,Tax State,"
    "Tax Zip,Tax Country,eBay International Shipping",
)
EBAY_SHIPPING = {"USPS Ground Advantage": 795, "USPS Priority Mail": 1290, "UPS Ground": 1450}
EBAY_TAX = 700  # hundredths of a percent; eBay collects it and pays it to the state


def ebay_csv() -> str:
    """The orders report, with the mark of UTF-8 in front and every value in quotes."""
    sales = list(map(sale, cells(EBAY)))
    commas = "," * (len(EBAY_COLUMNS) - 1)
    rows = [named(EBAY_COLUMNS, row) for record, one in enumerate(sales, 3071) for row in ebay_rows(one, str(record))]
    head, _, body = table(EBAY_COLUMNS, rows, quoting=csv.QUOTE_ALL).partition("\n")
    first, last = (f"{sales[n].placed:%b-%d-%y}" for n in (0, -1))
    footer = f"{len(sales)},record(s) downloaded,from {first} to {last}\nSeller ID : harborandpine\n"
    return f"\ufeff\n{head}\n{commas}\n{body}\n{footer}"


def ebay_rows(one: Sale, record: str) -> list[dict[str, str]]:
    """One row for a single item; for several a row with their sum and the address, then the items."""
    base = {"Sales Record Number": record, "Order Number": one.number, "Buyer Username": letters(one.number, 6) + "_home"}
    dates = {"Sale Date": ebay_date(one.placed), "Paid On Date": ebay_date(one.placed)}
    head = base | dates | ebay_buyer(one) | ebay_totals(one)
    items = [base | dates | ebay_item(one, line) for line in one.items]
    if len(items) == 1:
        return [head | items[0]]
    goods = sum(SOLD_AS[line.sku].price * line.units for line in one.items)
    return [head | {"Quantity": str(sum(line.units for line in one.items)), "Sold For": dollars(goods)}, *items]


def ebay_buyer(one: Sale) -> dict[str, str]:
    """Who bought it and where it goes, which is the same here."""
    row = {"Buyer Email": f"{letters(f'mail {one.number}', 10)}@members.ebay.example", "Buyer Note": one.note}
    row |= {"Ship To Phone": f"+1 {phone(one)}", "Buyer Name": one.name, "Ship To Name": one.name}
    address = {"Address 1": one.line1, "Address 2": one.line2, "City": one.city, "State": one.region, "Zip": one.postcode}
    for name, value in (address | {"Country": "United States"}).items():
        row |= {f"Buyer {name}": value, f"Ship To {name}": value}
    return row


def ebay_totals(one: Sale) -> dict[str, str]:
    """What the buyer paid; `Sold For` is the price of one."""
    goods = sum(SOLD_AS[line.sku].price * line.units for line in one.items)
    shipping = EBAY_SHIPPING[one.service]
    tax = part_of(goods + shipping, EBAY_TAX)
    latest = ship_by(one)
    return {
        "Shipping And Handling": dollars(shipping), "Seller Collected Tax": "$0.00", "eBay Collected Tax": dollars(tax),
        "Total Price": dollars(goods + shipping + tax), "eBay Collected Tax and Fees Included in Total": "Yes",
        "Ship By Date": f"{latest:%b-%d-%y}", "Minimum Estimated Delivery Date": f"{latest + timedelta(days=3):%b-%d-%y}",
        "Maximum Estimated Delivery Date": f"{latest + timedelta(days=7):%b-%d-%y}", "Shipping Service": one.service,
        "Global Shipping Program": "No", "Click And Collect": "No", "eBay Plus": "No", "eBay International Shipping": "No",
    }  # fmt: skip


def ebay_item(one: Sale, line: Item) -> dict[str, str]:
    """One item."""
    sold = SOLD_AS[line.sku]
    return {
        "Item Number": digits(f"listing {line.sku}", 12, "3164"), "Item Title": f"{sold.title} {sold.variant} Harbor & Pine NEW".replace("  ", " "),
        "Custom Label": line.sku, "Sold Via Promoted Listings": "No", "Quantity": str(line.units), "Sold For": dollars(sold.price),
        "Item Location": "Brooklyn, New York", "Item Zip Code": "11231", "Item Country": "United States",
        "Transaction ID": digits(f"transaction {one.number} {line.number}", 13, "10"),
        "Variation Details": f"[{sold.options.replace(': ', ':')}]" if sold.options else "",
    }  # fmt: skip


def ebay_date(at: datetime) -> str:
    """`Nov-20-26`, by Pacific time."""
    return f"{at - timedelta(hours=3):%b-%d-%y}"


def dollars(amount: int) -> str:
    """`$1,433.66`."""
    return f"${amount // 100:,}.{amount % 100:02}"


# ---------------------------------------------------------------------------------------------------------------------
# Etsy: one row an item, two forms of dates in one row
# ---------------------------------------------------------------------------------------------------------------------

ETSY_COLUMNS = columns(
    "Sale Date,Item Name,Buyer,Quantity,Price,Coupon Code,Coupon Details,Discount Amount,Shipping Discount,Order Shipping,"
    "Order Sales Tax,Item Total,Currency,Transaction ID,Listing ID,Date Paid,Date Shipped,Ship Name,Ship Address1,Ship Address2,"
    "Ship City,Ship State,Ship Zipcode,Ship Country,Order ID,Variations,Order Type,Listings Type,Payment Type,InPerson Discount,"
    "InPerson Location,VAT Paid by Buyer,SKU",
)


def etsy_csv() -> str:
    """The sold items, the newest first; a value with a space in it stands in quotes."""
    sales = reversed(list(map(sale, cells(ETSY))))
    rows = [ETSY_COLUMNS, *(named(ETSY_COLUMNS, etsy_row(one, line)) for one in sales for line in one.items)]
    return "".join(",".join(map(etsy_cell, row)) + "\n" for row in rows)


def etsy_cell(value: str) -> str:
    """As PHP writes CSV."""
    return '"' + value.replace('"', '""') + '"' if re.search(r'[ ,"\t\n]', value) else value


def etsy_row(one: Sale, line: Item) -> dict[str, str]:
    """One item; the shipping stands on the first of its order only."""
    sold = SOLD_AS[line.sku]
    first, total = line.number == 1, sold.price * line.units
    off = part_of(total, PERCENT_OFF * 100) if "code" in one.marks else 0
    shipping = 0 if sold.price >= 7500 else 695
    variations = [sold.options.replace(": ", ":"), ENGRAVING if "engraved" in one.marks else ""]
    return {
        "Sale Date": f"{one.placed:%m/%d/%y}", "Item Name": f"{sold.title} | cabin decor, gift for home, Harbor & Pine",
        "Buyer": f"{one.name} ({letters(f'buyer {one.number}', 8)})", "Quantity": str(line.units), "Price": money(sold.price),
        "Coupon Code": one.marks.get("code", ""), "Coupon Details": f"{one.marks['code']} - % off" if off else "",
        "Discount Amount": money(off) if first else "0", "Shipping Discount": "0.00" if first else "0",
        "Order Shipping": money(shipping) if first else "0", "Order Sales Tax": "0", "Item Total": f"{total / 100:g}", "Currency": "USD",
        "Transaction ID": digits(f"transaction {one.number} {line.number}", 10, "46"), "Listing ID": digits(f"listing {sold.title}", 10, "17"),
        "Date Paid": f"{one.placed:%m/%d/%Y}", "Ship Name": one.name, "Ship Address1": one.line1, "Ship Address2": one.line2,
        "Ship City": one.city, "Ship State": one.region, "Ship Zipcode": one.postcode, "Ship Country": "United States",
        "Order ID": one.number, "Variations": ",".join(filter(None, variations)), "Order Type": "online", "Listings Type": "listing",
        "Payment Type": "online_cc", "VAT Paid by Buyer": "0", "SKU": line.sku,
    }  # fmt: skip


# ---------------------------------------------------------------------------------------------------------------------
# The page for readers, and the whole
# ---------------------------------------------------------------------------------------------------------------------

README = """\
# Harbor & Pine, on a Monday morning

A small invented seller with everything `oms` needs to work: home goods and outdoor gifts, a warehouse in Brooklyn, stores in
Portland and Chicago, a 3PL in Reno, a furniture maker in Atlanta who ships for them. It is the Monday before Thanksgiving,
2026-11-23, 9 o'clock in New York, and the exports of the weekend lie in `inbox/`.

Nothing here is anybody's: people, streets, products and numbers are invented, only towns and postcodes are real. The files are
made by `scripts/make_sample_data.py`; change them there.

To try it in a copy:

    cp -r sample_data /tmp/harbor && cd /tmp/harbor
    export OMS_NOW=2026-11-23T09:00:00-05:00        # the clock stands still, so that you see what stands below
    oms import products.csv stock.csv inbound.csv
    oms import                                      # what lies in inbox/
    oms route
    oms status

`oms demo` runs the same morning by itself. In the evening the label software gives back `tracking.csv`: `oms ship --from tracking.csv`, after `oms pick`.

## The files

| file | orders | rows | what it is |
|---|---:|---:|---|
<files>

<total> orders in all, over <channels> channels. `rules.yaml` holds what the seller decided.

## What to look for

| order | what it shows |
|---|---|
<traps>
"""

ORDER_TABLES = {
    "inbox/orders_export_1.csv": (SHOPIFY, "Shopify's export"),
    "inbox/amazon-unshipped-2026-11-23.txt": (AMAZON, "Amazon's report of unshipped orders, tab-separated"),
    "inbox/eBay-OrdersReport-Nov-23-2026.csv": (EBAY, "eBay's orders report; one row more is the sum of an order"),
    "inbox/EtsySoldOrderItems2026-11.csv": (ETSY, "Etsy's sold items"),
    "inbox/portal_orders.csv": (PORTAL, "orders of other shops, in our own form"),
}


def readme() -> str:
    """What is in the folder, counted."""
    counts, total = [], 0
    for name, (text, what) in ORDER_TABLES.items():
        sales = list(map(sale, cells(text)))
        sums = sum(len(one.items) > 1 for one in sales) if text is EBAY else 0
        counts.append(f"| `{name}` | {len(sales)} | {sum(len(one.items) for one in sales) + sums} | {what} |")
        total += len(sales)
    own = {
        "products.csv": (len(CATALOG), "the catalogue: variants, two kits, sizes and weights"),
        "stock.csv": (len(lines(stock_csv())) - 1, "what lies where"),
        "inbound.csv": (len(lines(INBOUND)), "goods that are expected"),
        "tracking.csv": (len(lines(LABELS)), "tracking numbers for some of the orders"),
    }
    counts += [f"| `{name}` | | {rows} | {what} |" for name, (rows, what) in own.items()]
    marks = {
        "files": "\n".join(counts), "total": str(total), "channels": str(len(ORDER_TABLES)),
        "traps": "\n".join(f"| {order} | {what} |" for order, what in TRAPS),
    }  # fmt: skip
    return re.sub(r"<(\w+)>", lambda found: marks[found[1]], README)


FILES: dict[str, Callable[[], str]] = {
    ".gitattributes": partial(str, "# The line ends belong to the formats.\n* -text\n"),
    "README.md": readme,
    "rules.yaml": partial(str, RULES),
    "products.csv": products_csv,
    "stock.csv": stock_csv,
    "inbound.csv": inbound_csv,
    "tracking.csv": tracking_csv,
    "inbox/orders_export_1.csv": shopify_csv,
    "inbox/amazon-unshipped-2026-11-23.txt": amazon_txt,
    "inbox/eBay-OrdersReport-Nov-23-2026.csv": ebay_csv,
    "inbox/EtsySoldOrderItems2026-11.csv": etsy_csv,
    "inbox/portal_orders.csv": portal_csv,
}


def main(arguments: Sequence[str]) -> None:
    """Write all files below a folder."""
    folder = Path(arguments[0]) if arguments else Path(__file__).parents[1] / "sample_data"
    for name, make in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(make().encode())
    print(f"{len(FILES)} files in {folder}")


if __name__ == "__main__":
    main(sys.argv[1:])
