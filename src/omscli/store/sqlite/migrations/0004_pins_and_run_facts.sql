-- Orders that a person ties to a place, and what routing runs knew, so that they can be decided again under other rules.

CREATE TABLE order_pin ( -- this order leaves from there and from nowhere else
    order_id INTEGER PRIMARY KEY REFERENCES orders (id),
    location TEXT NOT NULL REFERENCES location (code),
    since TEXT NOT NULL CHECK (since GLOB '????-??-??T??:??:??Z'),
    run_id INTEGER NOT NULL REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX order_pin_by_location ON order_pin (location);
CREATE INDEX order_pin_by_run ON order_pin (run_id);

CREATE TABLE run_facts ( -- kept for a stated time; ids, places on the map, quantities and levels, never a name or a street
    run_id INTEGER PRIMARY KEY REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    at TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??Z'),
    orders INTEGER NOT NULL CHECK (orders >= 0),
    made TEXT NOT NULL, -- JSON: how it was called, and the totals of what it decided
    facts BLOB NOT NULL
) STRICT;
CREATE INDEX run_facts_by_day ON run_facts (at);
