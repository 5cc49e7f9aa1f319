-- Once released, a migration is never edited: add another one. This one is the same for SQLite and for PostgreSQL.
-- What the sales units of the stores may do, as Vipps MobilePay said last. The moments are those of the database's clock.

CREATE TABLE sales_units (
    msn      TEXT   NOT NULL PRIMARY KEY,
    -- When a hub began to read it last, and from when on one reads it again.
    asked_at BIGINT NOT NULL,
    due_at   BIGINT NOT NULL,
    -- What was read last, as it is told to tills.
    settings TEXT,
    -- Why it could not be read when it was tried last.
    problem  TEXT
);
