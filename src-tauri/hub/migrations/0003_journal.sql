-- Once released, a migration is never edited: add another one. This one is the same for SQLite and for PostgreSQL.
-- The hub's own stories: of the refunds that it makes for other stores, one journal for each sales unit.

-- Which process makes the refunds of a sales unit. Whoever writes into its journal holds this row meanwhile.
CREATE TABLE leases (
    msn    TEXT   NOT NULL PRIMARY KEY,
    holder TEXT   NOT NULL,
    -- How often it has changed hands: a holder that was away can tell that it was not the only one.
    term   BIGINT NOT NULL,
    -- By the clock of the database.
    until  BIGINT NOT NULL
);

CREATE INDEX leases_of_holder ON leases (holder);

-- Where each story stands. What happened is in journal_entries.
CREATE TABLE journal_stories (
    msn            TEXT   NOT NULL,
    reference      TEXT   NOT NULL,
    entries        BIGINT NOT NULL,
    settled        BIGINT NOT NULL,
    -- It has ended: keeps no pictures.
    closed         BIGINT NOT NULL,
    begun_seq      BIGINT NOT NULL,
    newest_seq     BIGINT NOT NULL,
    request_key    TEXT,
    request_digest TEXT,
    -- Where the request stands among all, by its moment: the millisecond times 65536, and which request of it.
    place          BIGINT NOT NULL,
    amount         BIGINT,
    -- The reference in small letters: a part of it is what people search by.
    sought         TEXT   NOT NULL,
    PRIMARY KEY (msn, reference),
    UNIQUE (msn, begun_seq),
    UNIQUE (msn, newest_seq),
    UNIQUE (msn, request_key),
    UNIQUE (msn, place)
);

CREATE INDEX journal_unsettled ON journal_stories (msn, begun_seq) WHERE settled = 0;
CREATE INDEX journal_of_amount ON journal_stories (msn, amount, place);

CREATE TABLE journal_entries (
    msn       TEXT   NOT NULL,
    -- 1, 2, 3 … in the whole journal of the sales unit.
    seq       BIGINT NOT NULL,
    reference TEXT   NOT NULL,
    -- 1, 2, 3 … in its story.
    number    BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    fact      TEXT   NOT NULL,
    PRIMARY KEY (msn, seq),
    UNIQUE (msn, reference, number),
    FOREIGN KEY (msn, reference) REFERENCES journal_stories (msn, reference)
);

-- Something that was sealed with the key that all hubs on this database must have; one row.
CREATE TABLE shared_key (
    one    BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    sealed TEXT   NOT NULL
);
