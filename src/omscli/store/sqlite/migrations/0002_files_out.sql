-- Files that go out, and what each channel knows. Orders are made anew with half as many indexes, and their enums as OR: for an
-- IN list SQLite builds a table at every row, which took half of the time of a large import.

CREATE TABLE orders_2 (
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
    first_run INTEGER NOT NULL, -- runs are never deleted
    UNIQUE (order_key, channel)
) STRICT;
INSERT INTO orders_2 (id, ref, ref_key, channel, order_id, order_key, placed_at, state, status, raw_status, payment, currency, email, name, company, line1, line2, city, region, postcode, country, phone, service, ship_by, deliver_by, pickup_location, tags, note, shipping, tax, tax_included, discount, total, other_ids, doubts, content_hash, first_run)
SELECT id, ref, ref_key, channel, order_id, order_key, placed_at, state, status, raw_status, payment, currency, email, name, company, line1, line2, city, region, postcode, country, phone, service, ship_by, deliver_by, pickup_location, tags, note, shipping, tax, tax_included, discount, total, other_ids, doubts, content_hash, first_run FROM orders;
DROP TABLE orders;
ALTER TABLE orders_2 RENAME TO orders;
CREATE INDEX orders_to_do ON orders (placed_at, id) WHERE status IN ('open', 'part_shipped');

CREATE TABLE outfile_2 (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL CHECK (kind IN ('pick', 'slips', 'purchase', 'stock', 'tracking', 'labels')),
    subject TEXT NOT NULL, -- what it is made of again: a pick, a channel, a label program
    path TEXT NOT NULL,
    written_at TEXT,
    content BLOB, -- of files that are not made again from the books, until they are written
    writer TEXT NOT NULL DEFAULT '', -- the form of a file that a channel or a label program takes
    rows INTEGER NOT NULL DEFAULT 0 CHECK (rows >= 0),
    uploaded_at TEXT, -- the seller said so; only files for a channel are uploaded
    superseded_at TEXT -- a newer file holds all of it
) STRICT;
INSERT INTO outfile_2 (id, run_id, kind, subject, path, written_at)
SELECT id, run_id, kind, subject, path, written_at FROM outfile;
DROP TABLE outfile;
ALTER TABLE outfile_2 RENAME TO outfile;
CREATE INDEX outfile_by_run ON outfile (run_id);
CREATE INDEX outfile_to_write ON outfile (id) WHERE written_at IS NULL;
CREATE INDEX outfile_to_upload ON outfile (subject, kind) WHERE uploaded_at IS NULL AND superseded_at IS NULL AND kind IN ('stock', 'tracking');

CREATE TABLE outfile_stock ( -- what a stock file tells its channel
    outfile_id INTEGER NOT NULL REFERENCES outfile (id),
    place TEXT NOT NULL DEFAULT '', -- the channel's own name of the place, where it keeps stock by place
    sku_key TEXT NOT NULL, -- the channel's SKU, folded
    quantity INTEGER NOT NULL CHECK (quantity >= 0),
    PRIMARY KEY (outfile_id, place, sku_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE outfile_parcel ( -- what a tracking or label file tells of which parcel
    outfile_id INTEGER NOT NULL REFERENCES outfile (id),
    parcel_id INTEGER NOT NULL REFERENCES parcel (id),
    tracking_number TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (outfile_id, parcel_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX outfile_parcel_by_parcel ON outfile_parcel (parcel_id);

CREATE INDEX parcel_by_day ON parcel (shipped_at) WHERE tracking_number IS NOT NULL;

CREATE TABLE stock_told ( -- what a channel knows: from a file that was uploaded, or from its own listing
    channel TEXT NOT NULL,
    place TEXT NOT NULL DEFAULT '',
    sku_key TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    at TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??Z'),
    PRIMARY KEY (channel, place, sku_key)
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
CREATE INDEX listing_by_sku ON listing (channel, sku_key);
CREATE INDEX listing_by_run ON listing (run_id);
