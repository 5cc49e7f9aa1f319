-- Once released, a migration is never edited: add another one. This one is the same for SQLite and for PostgreSQL, so
-- numbers are BIGINT, moments are milliseconds since 1970-01-01 UTC, and what is yes or no is 1 or 0.

CREATE TABLE stores (
    id       TEXT NOT NULL PRIMARY KEY,
    name     TEXT NOT NULL,
    msn      TEXT NOT NULL,
    currency TEXT NOT NULL,
    -- With what the references of its payments begin, where several stores share one sales unit.
    prefix   TEXT UNIQUE,
    -- Its own keys, sealed; none where the partner's are used.
    keys     TEXT
);

CREATE INDEX stores_of_sales_unit ON stores (msn);

CREATE TABLE tills (
    id             TEXT   NOT NULL PRIMARY KEY,
    store          TEXT   NOT NULL REFERENCES stores (id),
    name           TEXT   NOT NULL,
    key_digest     TEXT   NOT NULL UNIQUE,
    joined_at      BIGINT NOT NULL,
    revoked_at     BIGINT,
    version        TEXT   NOT NULL,
    heard_at       BIGINT NOT NULL,
    open_reference TEXT,
    -- How much of its journal is here.
    seq            BIGINT NOT NULL
);

CREATE TABLE join_codes (
    digest  TEXT   NOT NULL PRIMARY KEY,
    store   TEXT   NOT NULL REFERENCES stores (id),
    name    TEXT   NOT NULL,
    until   BIGINT NOT NULL,
    used_by TEXT
);

-- What tills have told, entry by entry, as it was told.
CREATE TABLE told (
    till      TEXT   NOT NULL REFERENCES tills (id),
    seq       BIGINT NOT NULL,
    reference TEXT   NOT NULL,
    number    BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    fact      TEXT   NOT NULL,
    PRIMARY KEY (till, seq),
    UNIQUE (till, reference, number)
);

-- What follows from it for each payment: to be found by, and how it stands.
CREATE TABLE payments (
    till         TEXT   NOT NULL REFERENCES tills (id),
    reference    TEXT   NOT NULL,
    -- The reference in small letters: a part of it is what people search by.
    sought       TEXT   NOT NULL,
    store        TEXT   NOT NULL REFERENCES stores (id),
    msn          TEXT   NOT NULL,
    status       TEXT   NOT NULL,
    currency     TEXT   NOT NULL,
    amount       BIGINT NOT NULL,
    captured     BIGINT NOT NULL,
    refunded     BIGINT NOT NULL,
    -- Nothing will be asked about it any more, but for what somebody asks for.
    settled      BIGINT NOT NULL,
    requested_at BIGINT NOT NULL,
    PRIMARY KEY (till, reference)
);

CREATE INDEX payments_by_time ON payments (requested_at, till, reference);
CREATE INDEX payments_of_store ON payments (store, requested_at, till, reference);
CREATE INDEX payments_of_sales_unit ON payments (msn, reference);
CREATE INDEX payments_of_amount ON payments (amount, requested_at, till, reference);

CREATE TABLE people (
    id          TEXT   NOT NULL PRIMARY KEY,
    name        TEXT   NOT NULL,
    pin         TEXT   NOT NULL,
    may_approve BIGINT NOT NULL,
    wrong       BIGINT NOT NULL,
    not_before  BIGINT NOT NULL
);

-- Every refund that was asked for here: who, for whom, why, and what came of it. Never deleted.
CREATE TABLE refunds (
    id          TEXT   NOT NULL PRIMARY KEY,
    -- The till that asked, and under what key: the same request again is the same refund.
    asked_by    TEXT   NOT NULL REFERENCES tills (id),
    request_key TEXT   NOT NULL,
    digest      TEXT   NOT NULL,
    store       TEXT   NOT NULL REFERENCES stores (id),
    -- The till that took the payment.
    till        TEXT   NOT NULL,
    msn         TEXT   NOT NULL,
    reference   TEXT   NOT NULL,
    currency    TEXT   NOT NULL,
    amount      BIGINT NOT NULL,
    reason      TEXT   NOT NULL,
    person      TEXT   NOT NULL,
    second      TEXT,
    asked_at    BIGINT NOT NULL,
    status      TEXT   NOT NULL,
    problem     TEXT,
    ended_at    BIGINT,
    UNIQUE (asked_by, request_key)
);

CREATE INDEX refunds_of_payment ON refunds (till, reference);
CREATE INDEX refunds_by_person ON refunds (person, asked_at);
CREATE INDEX refunds_to_make ON refunds (asked_at) WHERE ended_at IS NULL;

-- What people and tills did to the hub and over it, in order. Never changed and never deleted.
CREATE TABLE audit (
    number BIGINT NOT NULL PRIMARY KEY,
    at     BIGINT NOT NULL,
    who    TEXT   NOT NULL,
    did    TEXT   NOT NULL,
    what   TEXT   NOT NULL
);

-- The number of its newest line.
CREATE TABLE audit_end (number BIGINT NOT NULL);
INSERT INTO audit_end (number) VALUES (0);
