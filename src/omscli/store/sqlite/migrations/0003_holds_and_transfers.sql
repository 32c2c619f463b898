-- Units set aside for somebody, stock on its way between own places, when a shelf was last counted, and what takes back what.

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
CREATE INDEX stock_hold_running ON stock_hold (until) WHERE ended_at IS NULL;
CREATE INDEX stock_hold_by_number ON stock_hold (number);
CREATE INDEX stock_hold_by_owner ON stock_hold (owner_key);
CREATE INDEX stock_hold_by_product ON stock_hold (product_id);
CREATE INDEX stock_hold_by_location ON stock_hold (location);
CREATE INDEX stock_hold_by_run ON stock_hold (run_id);

CREATE TABLE stock_hold_use ( -- which units of a claim came out of a hold; what is freed of the claim goes back to the hold by itself
    hold_id INTEGER NOT NULL REFERENCES stock_hold (id),
    allocation_id INTEGER NOT NULL REFERENCES allocation (id),
    first_unit INTEGER NOT NULL CHECK (first_unit >= 0), -- units of the claim before these; a claim is freed from its end
    units INTEGER NOT NULL CHECK (units > 0),
    PRIMARY KEY (hold_id, allocation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_hold_use_by_allocation ON stock_hold_use (allocation_id);

CREATE VIEW v_stock_hold_use AS
SELECT u.hold_id, u.allocation_id, u.first_unit, u.units,
       CASE WHEN a.taken - a.freed <= u.first_unit THEN 0
            WHEN a.taken - a.freed < u.first_unit + u.units THEN a.taken - a.freed - u.first_unit
            ELSE u.units END AS taken
FROM stock_hold_use u JOIN allocation a ON a.id = u.allocation_id;

CREATE VIEW v_stock_hold AS
SELECT h.id, h.number, h.product_id, h.location, h.units, h.held_for, h.owner_key, h.reason, h.since, h.until, h.ended_at, h.run_id,
       COALESCE((SELECT SUM(u.taken) FROM v_stock_hold_use u WHERE u.hold_id = h.id), 0) AS taken
FROM stock_hold h;

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
CREATE INDEX transfer_by_from ON transfer (from_location);
CREATE INDEX transfer_by_to ON transfer (to_location);
CREATE INDEX transfer_by_run ON transfer (run_id);
CREATE INDEX transfer_open ON transfer (id) WHERE state = 'draft' OR state = 'in_transit' OR state = 'part_received';

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
CREATE INDEX transfer_line_by_product ON transfer_line (product_id);

ALTER TABLE movement ADD COLUMN transfer_line_id INTEGER REFERENCES transfer_line (id);
CREATE INDEX movement_by_transfer_line ON movement (transfer_line_id) WHERE transfer_line_id IS NOT NULL;
ALTER TABLE movement ADD COLUMN reverses INTEGER REFERENCES movement (id); -- the row that this one takes back
CREATE UNIQUE INDEX movement_reversed_once ON movement (reverses) WHERE reverses IS NOT NULL;
ALTER TABLE run ADD COLUMN undoes INTEGER REFERENCES run (id);
CREATE UNIQUE INDEX run_undone_once ON run (undoes) WHERE undoes IS NOT NULL;
ALTER TABLE stock_level ADD COLUMN counted_at TEXT CHECK (counted_at GLOB '????-??-??T??:??:??Z'); -- when somebody last looked

CREATE TABLE channel_pause ( -- channels that offer nothing for a while
    channel TEXT PRIMARY KEY,
    since TEXT NOT NULL CHECK (since GLOB '????-??-??T??:??:??Z'),
    until TEXT CHECK (until GLOB '????-??-??'), -- the day on which it sells again by itself; NULL: until somebody says so
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX channel_pause_by_run ON channel_pause (run_id);

CREATE VIEW v_on_the_way AS -- between own places: what has left and has not arrived
SELECT l.id, l.transfer_id, l.product_id, t.from_location, t.to_location AS location, t.expected_on,
       l.units - l.received - l.missing - l.sent_back AS units
FROM transfer t JOIN transfer_line l ON l.transfer_id = t.id
WHERE (t.state = 'in_transit' OR t.state = 'part_received') AND l.units > l.received + l.missing + l.sent_back;

CREATE TABLE run_change ( -- what a run changed in place, as it was before: what taking the run back puts there again
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    order_id INTEGER REFERENCES orders (id),
    before TEXT, -- JSON; NULL: it was not there
    PRIMARY KEY (run_id, kind, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_change_by_subject ON run_change (kind, subject);
CREATE INDEX run_change_by_order ON run_change (order_id) WHERE order_id IS NOT NULL;
INSERT INTO run_change (run_id, kind, subject) SELECT id, 'older', '' FROM run; -- nobody noted what was before them

ALTER TABLE orders ADD COLUMN history INTEGER NOT NULL DEFAULT 0 CHECK (history = 0 OR history = 1); -- of the time before oms: done, whatever a later file says

CREATE VIEW standing_decision AS -- those of runs that were not taken back
SELECT d.* FROM decision d WHERE NOT EXISTS (SELECT 1 FROM run u WHERE u.undoes = d.run_id);

-- A morning costs what is open, however long the history is: each of its questions has an index that holds nothing else.
DROP INDEX movement_by_product;
CREATE INDEX movement_by_product ON movement (product_id, location, at);
DROP INDEX mail_to_do; -- mails that a seller sends by hand stay `written` for ever
CREATE INDEX mail_by_state ON mail (state);
DROP INDEX outfile_to_write;
CREATE INDEX outfile_to_write ON outfile (id) WHERE written_at IS NULL AND superseded_at IS NULL;
CREATE INDEX outfile_to_take_away ON outfile (id) WHERE written_at IS NOT NULL AND superseded_at IS NOT NULL;
DROP INDEX outfile_to_upload;
CREATE INDEX outfile_to_upload ON outfile (id) WHERE uploaded_at IS NULL AND superseded_at IS NULL AND kind IN ('stock', 'tracking');
CREATE INDEX outfile_uploaded ON outfile (subject, kind, uploaded_at) WHERE uploaded_at IS NOT NULL;
CREATE INDEX order_line_waiting ON order_line (order_id) WHERE backordered > 0;
CREATE INDEX orders_by_day ON orders (placed_at, id);
CREATE INDEX shipment_by_ship_on ON shipment (ship_on, location);
ALTER TABLE shipment ADD COLUMN mail_decided_at TEXT CHECK (mail_decided_at GLOB '????-??-??T??:??:??Z'); -- that it left was told, or will not be
UPDATE shipment SET mail_decided_at = (SELECT MIN(m.at) FROM mail m WHERE m.shipment_id = shipment.id AND m.event = 'shipped');
CREATE INDEX shipment_to_mail ON shipment (shipped_at) WHERE shipped_at IS NOT NULL AND mail_decided_at IS NULL AND method <> 'pickup';
ALTER TABLE parcel ADD COLUMN told_at TEXT CHECK (told_at GLOB '????-??-??T??:??:??Z'); -- the channel has the file with its number
UPDATE parcel SET told_at = (SELECT MIN(f.uploaded_at) FROM outfile_parcel t JOIN outfile f ON f.id = t.outfile_id
    WHERE t.parcel_id = parcel.id AND t.tracking_number = parcel.tracking_number AND f.kind = 'tracking' AND f.uploaded_at IS NOT NULL);
DROP INDEX parcel_by_day;
CREATE INDEX parcel_to_tell ON parcel (shipped_at) WHERE tracking_number IS NOT NULL AND told_at IS NULL;
CREATE INDEX run_by_command ON run (command, started_at);
CREATE INDEX run_by_day ON run (started_at);
CREATE INDEX import_file_by_name ON import_file (name, id);
