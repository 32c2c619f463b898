-- Made by scripts/make_schema.py from the migrations; change those, never this file.

CREATE TABLE alias (
    channel TEXT NOT NULL DEFAULT '', -- empty: every channel
    alias_key TEXT NOT NULL CHECK (alias_key <> ''),
    alias TEXT NOT NULL,
    product_id INTEGER NOT NULL REFERENCES product (id),
    PRIMARY KEY (channel, alias_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE allocation (
    id INTEGER PRIMARY KEY,
    shipment_line_id INTEGER NOT NULL REFERENCES shipment_line (id),
    product_id INTEGER NOT NULL REFERENCES product (id),
    location TEXT NOT NULL REFERENCES location (code),
    per_unit INTEGER NOT NULL DEFAULT 1 CHECK (per_unit > 0), -- units of the product in one unit of the line, as the kit was then
    taken INTEGER NOT NULL CHECK (taken > 0),
    freed INTEGER NOT NULL DEFAULT 0 CHECK (freed >= 0),
    shipped INTEGER NOT NULL DEFAULT 0 CHECK (shipped >= 0),
    open INTEGER GENERATED ALWAYS AS (taken - freed - shipped) VIRTUAL CHECK (taken - freed - shipped >= 0)
) STRICT;

CREATE TABLE channel_pause ( -- channels that offer nothing for a while
    channel TEXT PRIMARY KEY,
    since TEXT NOT NULL CHECK (since GLOB '????-??-??T??:??:??Z'),
    until TEXT CHECK (until GLOB '????-??-??'), -- the day on which it sells again by itself; NULL: until somebody says so
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE TABLE decision (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    at TEXT NOT NULL,
    rule TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('routed', 'part_routed', 'backordered', 'held', 'unroutable')),
    reasons TEXT NOT NULL, -- JSON, the plan's own account of how it decided
    UNIQUE (order_id, run_id)
) STRICT;

CREATE TABLE goods_return ( -- R-12
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    state TEXT NOT NULL CHECK (state = 'requested' OR state = 'rejected' OR state = 'approved' OR state = 'label_sent' OR state = 'received' OR state = 'inspected' OR state = 'refunded' OR state = 'closed'), -- what the columns and lines say
    reason TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    reference TEXT NOT NULL DEFAULT '', -- how a file that comes again finds it; empty: by hand
    requested_at TEXT NOT NULL CHECK (requested_at GLOB '????-??-??T??:??:??Z'),
    doubts TEXT NOT NULL DEFAULT '', -- what speaks against it, a line each
    fee INTEGER NOT NULL DEFAULT 0 CHECK (fee >= 0), -- minor units of the order's currency, under the rules of the day the order came in
    refund_shipping INTEGER NOT NULL DEFAULT 1 CHECK (refund_shipping = 0 OR refund_shipping = 1),
    decided_at TEXT CHECK (decided_at GLOB '????-??-??T??:??:??Z'),
    decided_by TEXT CHECK (decided_by = 'rule' OR decided_by = 'person'),
    why TEXT NOT NULL DEFAULT '', -- of the decision
    labelled_at TEXT CHECK (labelled_at GLOB '????-??-??T??:??:??Z'),
    carrier TEXT NOT NULL DEFAULT '',
    tracking_number TEXT NOT NULL DEFAULT '',
    exchange TEXT NOT NULL DEFAULT '', -- what the customer wants instead, "SKU:2|SKU:1"
    exchange_order_id INTEGER REFERENCES orders (id),
    closed_at TEXT CHECK (closed_at GLOB '????-??-??T??:??:??Z'),
    close_reason TEXT NOT NULL DEFAULT '',
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    CHECK ((decided_at IS NULL) = (decided_by IS NULL))
) STRICT;

CREATE TABLE import_file (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    reader TEXT NOT NULL,
    kind TEXT NOT NULL,
    encoding TEXT NOT NULL,
    rows INTEGER NOT NULL,
    counts TEXT NOT NULL
) STRICT;

CREATE TABLE incoming_goods (
    id INTEGER PRIMARY KEY,
    product_id INTEGER NOT NULL REFERENCES product (id),
    location TEXT NOT NULL REFERENCES location (code),
    expected_on TEXT NOT NULL CHECK (expected_on GLOB '????-??-??'),
    reference TEXT NOT NULL DEFAULT '',
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    received INTEGER NOT NULL DEFAULT 0 CHECK (received >= 0),
    UNIQUE (product_id, location, reference, expected_on)
) STRICT;

CREATE TABLE kit_component (
    kit_id INTEGER NOT NULL REFERENCES product (id),
    component_id INTEGER NOT NULL REFERENCES product (id),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (kit_id, component_id),
    CHECK (kit_id <> component_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE listing ( -- how a channel names the goods that it lists
    id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    place TEXT NOT NULL DEFAULT '',
    sku TEXT NOT NULL,
    sku_key TEXT NOT NULL,
    quantity INTEGER,
    ids TEXT NOT NULL DEFAULT '{}', -- JSON
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE location (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL CHECK (kind IN ('warehouse', 'store', '3pl', 'supplier')),
    default_safety_stock INTEGER NOT NULL DEFAULT 0 CHECK (default_safety_stock >= 0),
    retired INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1))
) STRICT;

CREATE TABLE mail (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE, -- event, subject and version: one event, one mail
    event TEXT NOT NULL,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    shipment_id INTEGER REFERENCES shipment (id),
    state TEXT NOT NULL CHECK (state IN ('queued', 'written', 'sending', 'sent', 'failed', 'suppressed')),
    reason TEXT NOT NULL DEFAULT '',
    recipient TEXT NOT NULL DEFAULT '',
    subject TEXT NOT NULL DEFAULT '',
    message_id TEXT NOT NULL DEFAULT '',
    path TEXT NOT NULL DEFAULT '',
    content BLOB,
    at TEXT NOT NULL,
    sent_at TEXT,
    tries INTEGER NOT NULL DEFAULT 0,
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED, next_at TEXT CHECK (next_at GLOB '????-??-??T??:??:??Z'),
    CHECK (state <> 'sent' OR (sent_at IS NOT NULL AND message_id <> '')),
    CHECK (state <> 'suppressed' OR reason <> '')
) STRICT;

CREATE TABLE movement (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    at TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??Z'),
    product_id INTEGER NOT NULL REFERENCES product (id),
    location TEXT NOT NULL REFERENCES location (code),
    kind TEXT NOT NULL CHECK (kind IN ('received', 'adjusted', 'counted', 'allocated', 'freed', 'shipped', 'sold', 'transfer_out', 'transfer_in', 'returned', 'state_changed', 'reversed')),
    on_hand INTEGER NOT NULL DEFAULT 0, -- what the row adds to each level
    unavailable INTEGER NOT NULL DEFAULT 0,
    allocated INTEGER NOT NULL DEFAULT 0,
    allocation_id INTEGER REFERENCES allocation (id),
    order_line_id INTEGER REFERENCES order_line (id),
    reason TEXT NOT NULL DEFAULT '', transfer_line_id INTEGER REFERENCES transfer_line (id), reverses INTEGER REFERENCES movement (id), return_line_id INTEGER REFERENCES return_line (id),
    CHECK (on_hand <> 0 OR unavailable <> 0 OR allocated <> 0),
    CHECK (kind NOT IN ('allocated', 'freed', 'shipped') OR allocation_id IS NOT NULL),
    CHECK (kind <> 'allocated' OR (allocated > 0 AND on_hand = 0 AND unavailable = 0)),
    CHECK (kind <> 'freed' OR (allocated < 0 AND on_hand = 0 AND unavailable = 0)),
    CHECK (kind <> 'shipped' OR (allocated < 0 AND on_hand = allocated)),
    CHECK (kind <> 'sold' OR (on_hand < 0 AND order_line_id IS NOT NULL)),
    CHECK (kind NOT IN ('adjusted', 'sold', 'state_changed', 'reversed') OR reason <> '')
) STRICT;

CREATE TABLE order_event (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    at TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??Z'),
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    what TEXT NOT NULL,
    why TEXT NOT NULL DEFAULT '',
    for_person INTEGER NOT NULL DEFAULT 0 CHECK (for_person IN (0, 1)),
    settled_at TEXT
) STRICT;

CREATE TABLE order_hold (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    kind TEXT NOT NULL CHECK (kind IN ('person', 'rule', 'unpaid', 'refunded', 'address', 'masked', 'unknown_sku', 'status', 'currency', 'doubt', 'changed')),
    reason TEXT NOT NULL,
    since TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    ended_at TEXT,
    ended_by TEXT CHECK (ended_by IN ('person', 'file', 'rules')) -- a person's word also stops the same hold from coming back
) STRICT;

CREATE TABLE order_line (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    line_id TEXT NOT NULL,
    match_key TEXT NOT NULL, -- how the line is found again in a later file
    sku TEXT NOT NULL,
    product_id INTEGER REFERENCES product (id), -- NULL: a SKU nobody knows
    title TEXT NOT NULL DEFAULT '',
    ordered INTEGER NOT NULL CHECK (ordered > 0),
    elsewhere INTEGER NOT NULL DEFAULT 0 CHECK (elsewhere >= 0), -- units that need nothing from us: sent, paid back or no goods
    cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled >= 0),
    allocated INTEGER NOT NULL DEFAULT 0 CHECK (allocated >= 0),
    shipped INTEGER NOT NULL DEFAULT 0 CHECK (shipped >= 0),
    backordered INTEGER NOT NULL DEFAULT 0 CHECK (backordered >= 0),
    returned INTEGER NOT NULL DEFAULT 0 CHECK (returned >= 0),
    backordered_at TEXT,
    expected_on TEXT CHECK (expected_on GLOB '????-??-??'),
    unit_price INTEGER,
    discount INTEGER,
    tax INTEGER,
    note TEXT NOT NULL DEFAULT '', given_up INTEGER NOT NULL DEFAULT 0 CHECK (given_up >= 0), final_sale INTEGER NOT NULL DEFAULT 0 CHECK (final_sale = 0 OR final_sale = 1),
    UNIQUE (order_id, match_key),
    CHECK (elsewhere + cancelled + allocated + shipped + backordered <= ordered),
    CHECK (returned <= shipped)
) STRICT;

CREATE TABLE order_pin ( -- this order leaves from there and from nowhere else
    order_id INTEGER PRIMARY KEY REFERENCES orders (id),
    location TEXT NOT NULL REFERENCES location (code),
    since TEXT NOT NULL CHECK (since GLOB '????-??-??T??:??:??Z'),
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE "orders" (
    id INTEGER PRIMARY KEY,
    ref TEXT NOT NULL,
    ref_key TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    order_id TEXT NOT NULL,
    order_key TEXT NOT NULL,
    placed_at TEXT NOT NULL CHECK (placed_at GLOB '????-??-??T??:??:??Z'),
    state TEXT NOT NULL CHECK (state = 'open' OR state = 'fulfilled' OR state = 'cancelled' OR state = 'sold' OR state = 'unknown'), -- what the channel says
    status TEXT NOT NULL CHECK (status = 'open' OR status = 'part_shipped' OR status = 'shipped' OR status = 'closed' OR status = 'cancelled'), -- what the lines say
    raw_status TEXT NOT NULL DEFAULT '',
    payment TEXT NOT NULL CHECK (payment = 'paid' OR payment = 'pending' OR payment = 'refunded' OR payment = 'partially_refunded' OR payment = 'voided' OR payment = 'unknown'),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    email TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL DEFAULT '',
    company TEXT NOT NULL DEFAULT '',
    line1 TEXT NOT NULL DEFAULT '',
    line2 TEXT NOT NULL DEFAULT '',
    city TEXT NOT NULL DEFAULT '',
    region TEXT NOT NULL DEFAULT '',
    postcode TEXT NOT NULL DEFAULT '',
    country TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    service TEXT NOT NULL DEFAULT '',
    ship_by TEXT CHECK (ship_by GLOB '????-??-??*'),
    deliver_by TEXT CHECK (deliver_by GLOB '????-??-??*'),
    pickup_location TEXT,
    tags TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    shipping INTEGER,
    tax INTEGER,
    tax_included INTEGER CHECK (tax_included = 0 OR tax_included = 1),
    discount INTEGER,
    total INTEGER,
    other_ids TEXT NOT NULL DEFAULT '{}',
    doubts TEXT NOT NULL DEFAULT '',
    content_hash TEXT NOT NULL,
    first_run INTEGER NOT NULL, history INTEGER NOT NULL DEFAULT 0 CHECK (history = 0 OR history = 1), -- runs are never deleted
    UNIQUE (order_key, channel)
) STRICT;

CREATE TABLE "outfile" (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL CHECK (kind IN ('pick', 'slips', 'purchase', 'stock', 'tracking', 'labels', 'refunds')),
    subject TEXT NOT NULL, -- what it is made of again: a pick, a channel, a label program
    path TEXT NOT NULL,
    written_at TEXT,
    content BLOB, -- of files that are not made again from the books, until they are written
    writer TEXT NOT NULL DEFAULT '', -- the form of a file that a channel or a label program takes
    rows INTEGER NOT NULL DEFAULT 0 CHECK (rows >= 0),
    uploaded_at TEXT, -- the seller said so; only files for a channel are uploaded
    superseded_at TEXT -- a newer file holds all of it
) STRICT;

CREATE TABLE outfile_parcel ( -- what a tracking or label file tells of which parcel
    outfile_id INTEGER NOT NULL REFERENCES outfile (id),
    parcel_id INTEGER NOT NULL REFERENCES parcel (id),
    tracking_number TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (outfile_id, parcel_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE outfile_refund ( -- which refunds a file asks for
    outfile_id INTEGER NOT NULL REFERENCES outfile (id),
    refund_id INTEGER NOT NULL REFERENCES refund (id),
    PRIMARY KEY (outfile_id, refund_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE outfile_stock ( -- what a stock file tells its channel
    outfile_id INTEGER NOT NULL REFERENCES outfile (id),
    place TEXT NOT NULL DEFAULT '', -- the channel's own name of the place, where it keeps stock by place
    sku_key TEXT NOT NULL, -- the channel's SKU, folded
    quantity INTEGER NOT NULL CHECK (quantity >= 0),
    PRIMARY KEY (outfile_id, place, sku_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE parcel (
    id INTEGER PRIMARY KEY,
    shipment_id INTEGER NOT NULL REFERENCES shipment (id),
    box TEXT NOT NULL DEFAULT '', -- empty: in its own wrapping
    weight_g INTEGER NOT NULL CHECK (weight_g >= 0),
    guessed INTEGER NOT NULL DEFAULT 0 CHECK (guessed IN (0, 1)),
    carrier TEXT NOT NULL DEFAULT '',
    service TEXT NOT NULL DEFAULT '',
    tracking_number TEXT,
    shipped_at TEXT,
    cost INTEGER
, told_at TEXT CHECK (told_at GLOB '????-??-??T??:??:??Z'), length_mm INTEGER CHECK (length_mm > 0), width_mm INTEGER CHECK (width_mm > 0), height_mm INTEGER CHECK (height_mm > 0), packed_at TEXT CHECK (packed_at GLOB '????-??-??T??:??:??Z')) STRICT;

CREATE TABLE parcel_item (
    parcel_id INTEGER NOT NULL REFERENCES parcel (id),
    product_id INTEGER NOT NULL REFERENCES product (id),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (parcel_id, product_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE pick (
    id INTEGER PRIMARY KEY,
    location TEXT NOT NULL REFERENCES location (code),
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    at TEXT NOT NULL
) STRICT;

CREATE TABLE place (
    country TEXT NOT NULL,
    postcode TEXT NOT NULL,
    city TEXT NOT NULL,
    region TEXT NOT NULL,
    lat REAL,
    lon REAL,
    accuracy TEXT NOT NULL DEFAULT '', -- empty: looked for and not found
    PRIMARY KEY (country, postcode, city, region)
) STRICT, WITHOUT ROWID;

CREATE TABLE product (
    id INTEGER PRIMARY KEY,
    sku TEXT NOT NULL UNIQUE CHECK (sku <> ''),
    sku_key TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    barcode TEXT,
    weight_g INTEGER CHECK (weight_g > 0),
    length_mm INTEGER CHECK (length_mm > 0),
    width_mm INTEGER CHECK (width_mm > 0),
    height_mm INTEGER CHECK (height_mm > 0),
    price INTEGER CHECK (price >= 0),
    cost INTEGER CHECK (cost >= 0),
    currency TEXT CHECK (length(currency) = 3),
    parent TEXT,
    options TEXT,
    category TEXT,
    keep_upright INTEGER NOT NULL DEFAULT 0 CHECK (keep_upright IN (0, 1)),
    fragile INTEGER NOT NULL DEFAULT 0 CHECK (fragile IN (0, 1)),
    ships_alone INTEGER NOT NULL DEFAULT 0 CHECK (ships_alone IN (0, 1)),
    hazmat INTEGER NOT NULL DEFAULT 0 CHECK (hazmat IN (0, 1)),
    returnable INTEGER NOT NULL DEFAULT 1 CHECK (returnable IN (0, 1)),
    hs_code TEXT,
    origin TEXT
) STRICT;

CREATE TABLE promise (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    version INTEGER NOT NULL CHECK (version > 0),
    at TEXT NOT NULL,
    ship_on TEXT,
    arrives TEXT,
    derivation TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (order_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE refund (
    id INTEGER PRIMARY KEY,
    return_id INTEGER NOT NULL REFERENCES goods_return (id),
    order_id INTEGER NOT NULL REFERENCES orders (id),
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    at TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??Z'),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    amount INTEGER NOT NULL CHECK (amount >= 0), -- what the customer gets: goods + tax + shipping - fee, or what a person said
    goods INTEGER NOT NULL DEFAULT 0,
    tax INTEGER NOT NULL DEFAULT 0,
    shipping INTEGER NOT NULL DEFAULT 0,
    fee INTEGER NOT NULL DEFAULT 0 CHECK (fee >= 0),
    paid INTEGER NOT NULL CHECK (paid >= 0), -- for the whole order, as it was known then
    reason TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE refund_line ( -- which units a refund pays back
    refund_id INTEGER NOT NULL REFERENCES refund (id),
    return_line_id INTEGER NOT NULL REFERENCES return_line (id),
    units INTEGER NOT NULL CHECK (units > 0),
    PRIMARY KEY (refund_id, return_line_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE return_line (
    id INTEGER PRIMARY KEY,
    return_id INTEGER NOT NULL REFERENCES goods_return (id),
    order_line_id INTEGER NOT NULL REFERENCES order_line (id),
    units INTEGER NOT NULL CHECK (units > 0),
    restock INTEGER NOT NULL DEFAULT 1 CHECK (restock = 0 OR restock = 1), -- where nobody looks closer
    UNIQUE (return_id, order_line_id)
) STRICT;

CREATE TABLE return_receipt ( -- what became of the units of a line: each of them once
    id INTEGER PRIMARY KEY,
    return_line_id INTEGER NOT NULL REFERENCES return_line (id),
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    at TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??Z'),
    location TEXT NOT NULL REFERENCES location (code),
    disposition TEXT NOT NULL CHECK (disposition = 'restock' OR disposition = 'quarantine' OR disposition = 'discard' OR disposition = 'missing' OR disposition = 'wrong_item'),
    units INTEGER NOT NULL CHECK (units > 0)
) STRICT;

CREATE TABLE rules_text (
    fingerprint TEXT PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    command TEXT NOT NULL,
    arguments TEXT NOT NULL DEFAULT '',
    started_at TEXT NOT NULL CHECK (started_at GLOB '????-??-??T??:??:??Z'),
    pid INTEGER NOT NULL,
    rules_fingerprint TEXT
, undoes INTEGER REFERENCES run (id)) STRICT;

CREATE TABLE run_change ( -- what a run changed in place, as it was before: what taking the run back puts there again
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    order_id INTEGER REFERENCES orders (id),
    before TEXT, -- JSON; NULL: it was not there
    PRIMARY KEY (run_id, kind, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_facts ( -- kept for a stated time; ids, places on the map, quantities and levels, never a name or a street
    run_id INTEGER PRIMARY KEY REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    at TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??Z'),
    orders INTEGER NOT NULL CHECK (orders >= 0),
    made TEXT NOT NULL, -- JSON: how it was called, and the totals of what it decided
    facts BLOB NOT NULL
) STRICT;

CREATE TABLE set_aside (
    id INTEGER PRIMARY KEY,
    file_id INTEGER NOT NULL REFERENCES import_file (id),
    line INTEGER,
    column_name TEXT NOT NULL,
    value TEXT NOT NULL,
    problem TEXT NOT NULL,
    hint TEXT NOT NULL,
    raw TEXT NOT NULL
) STRICT;

CREATE TABLE settlement (
    run_id INTEGER PRIMARY KEY REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    question TEXT NOT NULL, -- of orders, stock, rules and dates
    answer TEXT NOT NULL -- of what goes where and when
) STRICT;

CREATE TABLE shipment (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    location TEXT NOT NULL REFERENCES location (code),
    method TEXT NOT NULL CHECK (method IN ('ship', 'pickup', 'dropship')),
    state TEXT NOT NULL CHECK (state IN ('planned', 'released', 'packed', 'shipped', 'delivered', 'ready', 'collected', 'expired', 'ordered', 'short', 'cancelled')),
    carrier TEXT NOT NULL DEFAULT '',
    service TEXT NOT NULL DEFAULT '',
    ship_on TEXT CHECK (ship_on GLOB '????-??-??'),
    arrives TEXT CHECK (arrives GLOB '????-??-??'),
    distance_km REAL,
    postage INTEGER NOT NULL DEFAULT 0,
    boxes INTEGER NOT NULL DEFAULT 0,
    handling INTEGER NOT NULL DEFAULT 0,
    penalties INTEGER NOT NULL DEFAULT 0,
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    pick_id INTEGER REFERENCES pick (id),
    shipped_at TEXT,
    pull_back TEXT NOT NULL DEFAULT '' -- what to take from the pick list again, in words; empty: nothing
, mail_decided_at TEXT CHECK (mail_decided_at GLOB '????-??-??T??:??:??Z'), delivered_on TEXT CHECK (delivered_on GLOB '????-??-??')) STRICT;

CREATE TABLE shipment_line (
    id INTEGER PRIMARY KEY,
    shipment_id INTEGER NOT NULL REFERENCES shipment (id),
    order_line_id INTEGER NOT NULL REFERENCES order_line (id),
    quantity INTEGER NOT NULL CHECK (quantity >= 0),
    UNIQUE (shipment_id, order_line_id)
) STRICT;

CREATE TABLE short_pick ( -- a place was short for an order: it is not asked again for it
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    at TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??Z'),
    order_id INTEGER NOT NULL REFERENCES orders (id),
    shipment_id INTEGER NOT NULL REFERENCES shipment (id),
    location TEXT NOT NULL REFERENCES location (code),
    product_id INTEGER NOT NULL REFERENCES product (id), -- what lies on the shelf: of a kit the part
    units INTEGER NOT NULL CHECK (units > 0),
    reason TEXT NOT NULL CHECK (reason = 'not_there' OR reason = 'damaged' OR reason = 'mismatch')
) STRICT;

CREATE TABLE stock_hold (
    id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL, -- H-12: everything that one command set aside
    product_id INTEGER NOT NULL REFERENCES product (id), -- of a kit its parts, a row each
    location TEXT NOT NULL REFERENCES location (code),
    units INTEGER NOT NULL CHECK (units > 0),
    held_for TEXT NOT NULL CHECK (held_for <> ''),
    owner_key TEXT NOT NULL CHECK (owner_key <> ''), -- folded: an e-mail address, a name or an order's number
    reason TEXT NOT NULL DEFAULT '',
    since TEXT NOT NULL CHECK (since GLOB '????-??-??T??:??:??Z'),
    until TEXT NOT NULL CHECK (until GLOB '????-??-??T??:??:??Z'), -- it ends by the clock, without anybody writing
    ended_at TEXT CHECK (ended_at GLOB '????-??-??T??:??:??Z'), -- a person gave it back before
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE stock_hold_use ( -- which units of a claim came out of a hold; what is freed of the claim goes back to the hold by itself
    hold_id INTEGER NOT NULL REFERENCES stock_hold (id),
    allocation_id INTEGER NOT NULL REFERENCES allocation (id),
    first_unit INTEGER NOT NULL CHECK (first_unit >= 0), -- units of the claim before these; a claim is freed from its end
    units INTEGER NOT NULL CHECK (units > 0),
    PRIMARY KEY (hold_id, allocation_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE stock_level (
    product_id INTEGER NOT NULL REFERENCES product (id),
    location TEXT NOT NULL REFERENCES location (code),
    on_hand INTEGER NOT NULL DEFAULT 0 CHECK (on_hand >= 0),
    unavailable INTEGER NOT NULL DEFAULT 0 CHECK (unavailable >= 0 AND unavailable <= on_hand),
    allocated INTEGER NOT NULL DEFAULT 0 CHECK (allocated >= 0),
    safety_stock INTEGER CHECK (safety_stock >= 0), -- NULL: the location's default
    bin TEXT, counted_at TEXT CHECK (counted_at GLOB '????-??-??T??:??:??Z'),
    PRIMARY KEY (product_id, location)
) STRICT, WITHOUT ROWID;

CREATE TABLE stock_told ( -- what a channel knows: from a file that was uploaded, or from its own listing
    channel TEXT NOT NULL,
    place TEXT NOT NULL DEFAULT '',
    sku_key TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    at TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??Z'),
    PRIMARY KEY (channel, place, sku_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE transfer (
    id INTEGER PRIMARY KEY,
    from_location TEXT NOT NULL REFERENCES location (code),
    to_location TEXT NOT NULL REFERENCES location (code),
    state TEXT NOT NULL CHECK (state = 'draft' OR state = 'in_transit' OR state = 'part_received' OR state = 'received' OR state = 'cancelled'),
    expected_on TEXT CHECK (expected_on GLOB '????-??-??'),
    reason TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??Z'),
    sent_at TEXT CHECK (sent_at GLOB '????-??-??T??:??:??Z'),
    closed_at TEXT CHECK (closed_at GLOB '????-??-??T??:??:??Z'),
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    CHECK (from_location <> to_location),
    CHECK (sent_at IS NULL OR expected_on IS NOT NULL)
) STRICT;

CREATE TABLE transfer_line (
    id INTEGER PRIMARY KEY,
    transfer_id INTEGER NOT NULL REFERENCES transfer (id),
    product_id INTEGER NOT NULL REFERENCES product (id),
    units INTEGER NOT NULL CHECK (units > 0),
    received INTEGER NOT NULL DEFAULT 0 CHECK (received >= 0),
    missing INTEGER NOT NULL DEFAULT 0 CHECK (missing >= 0), -- sent and never come: closed as a discrepancy
    sent_back INTEGER NOT NULL DEFAULT 0 CHECK (sent_back >= 0), -- turned round on the way
    CHECK (received + missing + sent_back <= units),
    UNIQUE (transfer_id, product_id)
) STRICT;

CREATE INDEX alias_by_product ON alias (product_id);

CREATE INDEX allocation_by_location ON allocation (location);

CREATE INDEX allocation_by_product ON allocation (product_id, location);

CREATE INDEX allocation_by_shipment_line ON allocation (shipment_line_id);

CREATE INDEX channel_pause_by_run ON channel_pause (run_id);

CREATE INDEX decision_by_run ON decision (run_id);

CREATE INDEX goods_return_by_exchange ON goods_return (exchange_order_id) WHERE exchange_order_id IS NOT NULL;

CREATE INDEX goods_return_by_order ON goods_return (order_id);

CREATE INDEX goods_return_by_run ON goods_return (run_id);

CREATE UNIQUE INDEX goods_return_once ON goods_return (order_id, reference) WHERE reference <> '';

CREATE INDEX goods_return_open ON goods_return (state, decided_at) WHERE closed_at IS NULL;

CREATE INDEX import_file_by_name ON import_file (name, id);

CREATE INDEX import_file_by_run ON import_file (run_id);

CREATE INDEX incoming_goods_by_location ON incoming_goods (location);

CREATE INDEX kit_component_by_component ON kit_component (component_id);

CREATE INDEX listing_by_run ON listing (run_id);

CREATE INDEX listing_by_sku ON listing (channel, sku_key);

CREATE INDEX mail_by_order ON mail (order_id);

CREATE INDEX mail_by_run ON mail (run_id);

CREATE INDEX mail_by_shipment ON mail (shipment_id);

CREATE INDEX mail_by_state ON mail (state);

CREATE INDEX movement_by_allocation ON movement (allocation_id) WHERE allocation_id IS NOT NULL;

CREATE INDEX movement_by_location ON movement (location);

CREATE INDEX movement_by_order_line ON movement (order_line_id) WHERE order_line_id IS NOT NULL;

CREATE INDEX movement_by_product ON movement (product_id, location, at);

CREATE INDEX movement_by_return_line ON movement (return_line_id) WHERE return_line_id IS NOT NULL;

CREATE INDEX movement_by_run ON movement (run_id);

CREATE INDEX movement_by_transfer_line ON movement (transfer_line_id) WHERE transfer_line_id IS NOT NULL;

CREATE UNIQUE INDEX movement_reversed_once ON movement (reverses) WHERE reverses IS NOT NULL;

CREATE INDEX order_event_by_order ON order_event (order_id);

CREATE INDEX order_event_by_run ON order_event (run_id);

CREATE INDEX order_event_cancelled ON order_event (at) WHERE what = 'cancelled';

CREATE INDEX order_event_for_person ON order_event (order_id) WHERE for_person = 1 AND settled_at IS NULL;

CREATE INDEX order_hold_by_order ON order_hold (order_id);

CREATE INDEX order_hold_by_run ON order_hold (run_id);

CREATE UNIQUE INDEX order_hold_once ON order_hold (order_id, kind) WHERE ended_at IS NULL;

CREATE INDEX order_line_by_product ON order_line (product_id);

CREATE INDEX order_line_waiting ON order_line (order_id) WHERE backordered > 0;

CREATE INDEX order_pin_by_location ON order_pin (location);

CREATE INDEX order_pin_by_run ON order_pin (run_id);

CREATE INDEX orders_by_day ON orders (placed_at, id);

CREATE INDEX orders_to_do ON orders (placed_at, id) WHERE status IN ('open', 'part_shipped');

CREATE INDEX outfile_by_run ON outfile (run_id);

CREATE INDEX outfile_parcel_by_parcel ON outfile_parcel (parcel_id);

CREATE INDEX outfile_refund_by_refund ON outfile_refund (refund_id);

CREATE INDEX outfile_to_take_away ON outfile (id) WHERE written_at IS NOT NULL AND superseded_at IS NOT NULL;

CREATE INDEX outfile_to_upload ON outfile (id) WHERE uploaded_at IS NULL AND superseded_at IS NULL AND kind IN ('stock', 'tracking', 'refunds');

CREATE INDEX outfile_to_write ON outfile (id) WHERE written_at IS NULL AND superseded_at IS NULL;

CREATE INDEX outfile_uploaded ON outfile (subject, kind, uploaded_at) WHERE uploaded_at IS NOT NULL;

CREATE INDEX parcel_by_shipment ON parcel (shipment_id);

CREATE INDEX parcel_by_tracking ON parcel (tracking_number) WHERE tracking_number IS NOT NULL;

CREATE INDEX parcel_item_by_product ON parcel_item (product_id);

CREATE INDEX parcel_to_tell ON parcel (shipped_at) WHERE tracking_number IS NOT NULL AND told_at IS NULL;

CREATE INDEX pick_by_location ON pick (location);

CREATE INDEX pick_by_run ON pick (run_id);

CREATE INDEX product_by_key ON product (sku_key);

CREATE INDEX promise_by_run ON promise (run_id);

CREATE INDEX refund_by_day ON refund (at);

CREATE INDEX refund_by_order ON refund (order_id);

CREATE INDEX refund_by_return ON refund (return_id);

CREATE INDEX refund_by_run ON refund (run_id);

CREATE INDEX refund_line_by_line ON refund_line (return_line_id);

CREATE INDEX return_line_by_order_line ON return_line (order_line_id);

CREATE INDEX return_receipt_by_day ON return_receipt (at);

CREATE INDEX return_receipt_by_line ON return_receipt (return_line_id);

CREATE INDEX return_receipt_by_location ON return_receipt (location);

CREATE INDEX return_receipt_by_run ON return_receipt (run_id);

CREATE INDEX run_by_command ON run (command, started_at);

CREATE INDEX run_by_day ON run (started_at);

CREATE INDEX run_change_by_order ON run_change (order_id) WHERE order_id IS NOT NULL;

CREATE INDEX run_change_by_subject ON run_change (kind, subject);

CREATE INDEX run_facts_by_day ON run_facts (at);

CREATE UNIQUE INDEX run_undone_once ON run (undoes) WHERE undoes IS NOT NULL;

CREATE INDEX set_aside_by_file ON set_aside (file_id);

CREATE INDEX shipment_by_day ON shipment (location, ship_on);

CREATE INDEX shipment_by_delivery ON shipment (delivered_on) WHERE delivered_on IS NOT NULL;

CREATE INDEX shipment_by_order ON shipment (order_id);

CREATE INDEX shipment_by_pick ON shipment (pick_id);

CREATE INDEX shipment_by_run ON shipment (run_id);

CREATE INDEX shipment_by_ship_on ON shipment (ship_on, location);

CREATE INDEX shipment_line_by_order_line ON shipment_line (order_line_id);

CREATE INDEX shipment_to_come ON shipment (shipped_at) WHERE state = 'shipped';

CREATE INDEX shipment_to_do ON shipment (location, state) WHERE state IN ('planned', 'released', 'packed', 'ready', 'ordered', 'short');

CREATE INDEX shipment_to_mail ON shipment (shipped_at) WHERE shipped_at IS NOT NULL AND mail_decided_at IS NULL AND method <> 'pickup';

CREATE INDEX short_pick_by_location ON short_pick (location);

CREATE INDEX short_pick_by_order ON short_pick (order_id, location);

CREATE INDEX short_pick_by_product ON short_pick (product_id);

CREATE INDEX short_pick_by_run ON short_pick (run_id);

CREATE INDEX short_pick_by_shipment ON short_pick (shipment_id);

CREATE INDEX stock_hold_by_location ON stock_hold (location);

CREATE INDEX stock_hold_by_number ON stock_hold (number);

CREATE INDEX stock_hold_by_owner ON stock_hold (owner_key);

CREATE INDEX stock_hold_by_product ON stock_hold (product_id);

CREATE INDEX stock_hold_by_run ON stock_hold (run_id);

CREATE INDEX stock_hold_running ON stock_hold (until) WHERE ended_at IS NULL;

CREATE INDEX stock_hold_use_by_allocation ON stock_hold_use (allocation_id);

CREATE INDEX stock_level_by_location ON stock_level (location);

CREATE INDEX transfer_by_from ON transfer (from_location);

CREATE INDEX transfer_by_run ON transfer (run_id);

CREATE INDEX transfer_by_to ON transfer (to_location);

CREATE INDEX transfer_line_by_product ON transfer_line (product_id);

CREATE INDEX transfer_open ON transfer (id) WHERE state = 'draft' OR state = 'in_transit' OR state = 'part_received';

CREATE TRIGGER movement_is_new BEFORE INSERT ON movement WHEN EXISTS (SELECT 1 FROM movement WHERE id = NEW.id) BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER movement_keeps_levels AFTER INSERT ON movement BEGIN
    INSERT INTO stock_level (product_id, location) VALUES (NEW.product_id, NEW.location) ON CONFLICT (product_id, location) DO NOTHING;
    UPDATE stock_level SET
        on_hand = on_hand + NEW.on_hand,
        unavailable = unavailable + NEW.unavailable,
        allocated = allocated + NEW.allocated
    WHERE product_id = NEW.product_id AND location = NEW.location;
END;

CREATE TRIGGER movement_never_changes BEFORE UPDATE ON movement BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER movement_never_goes BEFORE DELETE ON movement BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER order_line_learnt AFTER UPDATE OF product_id ON order_line
    WHEN OLD.product_id IS NULL AND EXISTS (SELECT 1 FROM product WHERE id = NEW.product_id AND returnable = 0) BEGIN
    UPDATE order_line SET final_sale = 1 WHERE id = NEW.id;
END;

CREATE VIEW standing_decision AS -- those of runs that were not taken back
SELECT d.* FROM decision d WHERE NOT EXISTS (SELECT 1 FROM run u WHERE u.undoes = d.run_id);

CREATE VIEW v_on_the_way AS -- between own places: what has left and has not arrived
SELECT l.id, l.transfer_id, l.product_id, t.from_location, t.to_location AS location, t.expected_on,
       l.units - l.received - l.missing - l.sent_back AS units
FROM transfer t JOIN transfer_line l ON l.transfer_id = t.id
WHERE (t.state = 'in_transit' OR t.state = 'part_received') AND l.units > l.received + l.missing + l.sent_back;

CREATE VIEW v_return_line AS -- units of a line: announced, known what became of them, here again, paid back
SELECT l.id, l.return_id, l.order_line_id, l.units, l.restock,
       COALESCE((SELECT SUM(r.units) FROM return_receipt r WHERE r.return_line_id = l.id), 0) AS accounted,
       COALESCE((SELECT SUM(r.units) FROM return_receipt r WHERE r.return_line_id = l.id AND r.disposition IN ('restock', 'quarantine', 'discard')), 0) AS came,
       COALESCE((SELECT SUM(r.units) FROM return_receipt r WHERE r.return_line_id = l.id AND r.disposition = 'missing'), 0) AS missing,
       COALESCE((SELECT SUM(f.units) FROM refund_line f WHERE f.return_line_id = l.id), 0) AS refunded
FROM return_line l;

CREATE VIEW v_stock AS
SELECT p.sku, s.location, s.on_hand, s.unavailable, s.allocated,
       COALESCE(s.safety_stock, l.default_safety_stock) AS safety_stock,
       s.on_hand - s.unavailable - s.allocated - COALESCE(s.safety_stock, l.default_safety_stock) AS available,
       s.bin
FROM stock_level s JOIN product p ON p.id = s.product_id JOIN location l ON l.code = s.location;

CREATE VIEW v_stock_hold AS
SELECT h.id, h.number, h.product_id, h.location, h.units, h.held_for, h.owner_key, h.reason, h.since, h.until, h.ended_at, h.run_id,
       COALESCE((SELECT SUM(u.taken) FROM v_stock_hold_use u WHERE u.hold_id = h.id), 0) AS taken
FROM stock_hold h;

CREATE VIEW v_stock_hold_use AS
SELECT u.hold_id, u.allocation_id, u.first_unit, u.units,
       CASE WHEN a.taken - a.freed <= u.first_unit THEN 0
            WHEN a.taken - a.freed < u.first_unit + u.units THEN a.taken - a.freed - u.first_unit
            ELSE u.units END AS taken
FROM stock_hold_use u JOIN allocation a ON a.id = u.allocation_id;
