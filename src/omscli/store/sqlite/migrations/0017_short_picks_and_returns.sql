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
