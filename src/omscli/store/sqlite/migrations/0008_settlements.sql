-- What a run decided about all orders together, as fingerprints: asked the same again, it gives the same answer.

CREATE TABLE settlement (
    run_id INTEGER PRIMARY KEY REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED,
    question TEXT NOT NULL, -- of orders, stock, rules and dates
    answer TEXT NOT NULL -- of what goes where and when
) STRICT;
