-- What a place did not have after all, when a parcel arrived, and what comes back.

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
CREATE INDEX short_pick_by_order ON short_pick (order_id, location);
CREATE INDEX short_pick_by_shipment ON short_pick (shipment_id);
CREATE INDEX short_pick_by_location ON short_pick (location);
CREATE INDEX short_pick_by_product ON short_pick (product_id);
CREATE INDEX short_pick_by_run ON short_pick (run_id);

ALTER TABLE shipment ADD COLUMN delivered_on TEXT CHECK (delivered_on GLOB '????-??-??');

-- Whether a line was sold without a way back, as it was when the order came in.
ALTER TABLE order_line ADD COLUMN final_sale INTEGER NOT NULL DEFAULT 0 CHECK (final_sale = 0 OR final_sale = 1);
UPDATE order_line SET final_sale = 1 WHERE product_id IN (SELECT id FROM product WHERE returnable = 0);
CREATE TRIGGER order_line_learnt AFTER UPDATE OF product_id ON order_line
    WHEN OLD.product_id IS NULL AND EXISTS (SELECT 1 FROM product WHERE id = NEW.product_id AND returnable = 0) BEGIN
    UPDATE order_line SET final_sale = 1 WHERE id = NEW.id;
END;

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
CREATE INDEX goods_return_by_order ON goods_return (order_id);
CREATE INDEX goods_return_by_exchange ON goods_return (exchange_order_id) WHERE exchange_order_id IS NOT NULL;
CREATE INDEX goods_return_by_run ON goods_return (run_id);
CREATE INDEX goods_return_open ON goods_return (state, decided_at) WHERE closed_at IS NULL;
CREATE UNIQUE INDEX goods_return_once ON goods_return (order_id, reference) WHERE reference <> '';

CREATE TABLE return_line (
    id INTEGER PRIMARY KEY,
    return_id INTEGER NOT NULL REFERENCES goods_return (id),
    order_line_id INTEGER NOT NULL REFERENCES order_line (id),
    units INTEGER NOT NULL CHECK (units > 0),
    restock INTEGER NOT NULL DEFAULT 1 CHECK (restock = 0 OR restock = 1), -- where nobody looks closer
    UNIQUE (return_id, order_line_id)
) STRICT;
CREATE INDEX return_line_by_order_line ON return_line (order_line_id);

CREATE TABLE return_receipt ( -- what became of the units of a line: each of them once
    id INTEGER PRIMARY KEY,
    return_line_id INTEGER NOT NULL REFERENCES return_line (id),
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    at TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??Z'),
    location TEXT NOT NULL REFERENCES location (code),
    disposition TEXT NOT NULL CHECK (disposition = 'restock' OR disposition = 'quarantine' OR disposition = 'discard' OR disposition = 'missing' OR disposition = 'wrong_item'),
    units INTEGER NOT NULL CHECK (units > 0)
) STRICT;
CREATE INDEX return_receipt_by_line ON return_receipt (return_line_id);
CREATE INDEX return_receipt_by_run ON return_receipt (run_id);
CREATE INDEX return_receipt_by_location ON return_receipt (location);

ALTER TABLE movement ADD COLUMN return_line_id INTEGER REFERENCES return_line (id);
CREATE INDEX movement_by_return_line ON movement (return_line_id) WHERE return_line_id IS NOT NULL;

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
CREATE INDEX refund_by_return ON refund (return_id);
CREATE INDEX refund_by_order ON refund (order_id);
CREATE INDEX refund_by_run ON refund (run_id);

CREATE TABLE refund_line ( -- which units a refund pays back
    refund_id INTEGER NOT NULL REFERENCES refund (id),
    return_line_id INTEGER NOT NULL REFERENCES return_line (id),
    units INTEGER NOT NULL CHECK (units > 0),
    PRIMARY KEY (refund_id, return_line_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX refund_line_by_line ON refund_line (return_line_id);

CREATE VIEW v_return_line AS -- units of a line: announced, known what became of them, here again, paid back
SELECT l.id, l.return_id, l.order_line_id, l.units, l.restock,
       COALESCE((SELECT SUM(r.units) FROM return_receipt r WHERE r.return_line_id = l.id), 0) AS accounted,
       COALESCE((SELECT SUM(r.units) FROM return_receipt r WHERE r.return_line_id = l.id AND r.disposition IN ('restock', 'quarantine', 'discard')), 0) AS came,
       COALESCE((SELECT SUM(r.units) FROM return_receipt r WHERE r.return_line_id = l.id AND r.disposition = 'missing'), 0) AS missing,
       COALESCE((SELECT SUM(f.units) FROM refund_line f WHERE f.return_line_id = l.id), 0) AS refunded
FROM return_line l;

-- Refunds to be paid at the channel are one more kind of file that goes out.
CREATE TABLE outfile_3 (
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
INSERT INTO outfile_3 (id, run_id, kind, subject, path, written_at, content, writer, rows, uploaded_at, superseded_at)
SELECT id, run_id, kind, subject, path, written_at, content, writer, rows, uploaded_at, superseded_at FROM outfile;
DROP TABLE outfile;
ALTER TABLE outfile_3 RENAME TO outfile;
CREATE INDEX outfile_by_run ON outfile (run_id);
CREATE INDEX outfile_to_write ON outfile (id) WHERE written_at IS NULL AND superseded_at IS NULL;
CREATE INDEX outfile_to_take_away ON outfile (id) WHERE written_at IS NOT NULL AND superseded_at IS NOT NULL;
CREATE INDEX outfile_to_upload ON outfile (id) WHERE uploaded_at IS NULL AND superseded_at IS NULL AND kind IN ('stock', 'tracking', 'refunds');
CREATE INDEX outfile_uploaded ON outfile (subject, kind, uploaded_at) WHERE uploaded_at IS NOT NULL;

CREATE TABLE outfile_refund ( -- which refunds a file asks for
    outfile_id INTEGER NOT NULL REFERENCES outfile (id),
    refund_id INTEGER NOT NULL REFERENCES refund (id),
    PRIMARY KEY (outfile_id, refund_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX outfile_refund_by_refund ON outfile_refund (refund_id);
