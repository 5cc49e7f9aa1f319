-- Once released, a migration is never edited: add another one. This one is the same for SQLite and for PostgreSQL.
-- The sale log: who may look at it, and what finds what they look for.

CREATE TABLE auditors (
    id           TEXT   NOT NULL PRIMARY KEY,
    -- A slow hash of it.
    password     TEXT   NOT NULL,
    -- Of the token of their programs, if they have one.
    token_digest TEXT   UNIQUE,
    -- The first and the last day whose sales they may see, and the last on which they are let in: 2026-11-26.
    since        TEXT,
    until        TEXT,
    expires      TEXT,
    added_at     BIGINT NOT NULL,
    wrong        BIGINT NOT NULL,
    not_before   BIGINT NOT NULL
);

-- The stores that an auditor may see; one who has none here may see all.
CREATE TABLE auditor_stores (
    auditor TEXT NOT NULL REFERENCES auditors (id),
    store   TEXT NOT NULL REFERENCES stores (id),
    PRIMARY KEY (auditor, store)
);

-- Who is logged in.
CREATE TABLE auditor_sessions (
    digest   TEXT   NOT NULL PRIMARY KEY,
    auditor  TEXT   NOT NULL REFERENCES auditors (id),
    begun_at BIGINT NOT NULL,
    used_at  BIGINT NOT NULL
);

CREATE INDEX auditor_sessions_of ON auditor_sessions (auditor, begun_at);

-- Few among many: what was given back, what is only reserved, what was not paid.
CREATE INDEX payments_returned ON payments (requested_at, till, reference) WHERE refunded > 0;
CREATE INDEX payments_reserved ON payments (requested_at, till, reference) WHERE status = 'approved';
CREATE INDEX payments_not_kept ON payments (requested_at, till, reference) WHERE captured = 0;
