-- What a parcel measures and when it was packed, as a person entered it. NULL: nobody has.
ALTER TABLE parcel ADD COLUMN length_mm INTEGER CHECK (length_mm > 0);
ALTER TABLE parcel ADD COLUMN width_mm INTEGER CHECK (width_mm > 0);
ALTER TABLE parcel ADD COLUMN height_mm INTEGER CHECK (height_mm > 0);
ALTER TABLE parcel ADD COLUMN packed_at TEXT CHECK (packed_at GLOB '????-??-??T??:??:??Z');
