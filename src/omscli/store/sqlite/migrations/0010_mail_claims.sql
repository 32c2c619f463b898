-- A mail waits until its time, and a sender's claim on it ends by itself.
ALTER TABLE mail ADD COLUMN next_at TEXT CHECK (next_at GLOB '????-??-??T??:??:??Z'); -- not tried before; of a mail that is being sent: when the claim ends
