-- Once released, a migration is never edited: its digest is kept in every journal. Add another one.

-- "Kvit": tells a journal from any other SQLite file.
PRAGMA application_id = 0x4B766974;

-- One row for each payment: where its story stands. What happened is in entries.
CREATE TABLE stories (
    reference      TEXT PRIMARY KEY,
    entries        INTEGER NOT NULL,        -- how many
    settled        INTEGER NOT NULL CHECK (settled IN (0, 1)),
    closed         INTEGER NOT NULL CHECK (closed IN (0, 1)),  -- has ended: keeps no pictures
    begun_seq      INTEGER NOT NULL UNIQUE, -- seq of its first entry
    newest_seq     INTEGER NOT NULL UNIQUE, -- seq of its newest entry
    request_key    TEXT UNIQUE,
    request_digest TEXT,
    CHECK ((request_key IS NULL) = (request_digest IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX stories_unsettled ON stories (begun_seq) WHERE settled = 0;

CREATE TABLE entries (
    seq       INTEGER PRIMARY KEY,          -- 1, 2, 3 … in the whole journal
    reference TEXT NOT NULL REFERENCES stories (reference),
    number    INTEGER NOT NULL,             -- 1, 2, 3 … in its story
    at        INTEGER NOT NULL,             -- milliseconds since 1970-01-01 UTC
    fact      TEXT NOT NULL,                -- JSON
    UNIQUE (reference, number)
) STRICT;

CREATE TABLE pictures (
    name      TEXT PRIMARY KEY,
    reference TEXT NOT NULL REFERENCES stories (reference),
    bytes     BLOB NOT NULL
) STRICT;

CREATE INDEX pictures_of ON pictures (reference);

-- Append only, whoever writes. The last two also stop INSERT OR REPLACE, which deletes without asking a
-- trigger on DELETE.
CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries
BEGIN
    SELECT RAISE(ABORT, 'entries are never changed');
END;

CREATE TRIGGER entries_never_go BEFORE DELETE ON entries
BEGIN
    SELECT RAISE(ABORT, 'entries are never deleted');
END;

CREATE TRIGGER entries_have_no_gaps BEFORE INSERT ON entries
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM entries)
  OR NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM entries WHERE reference = NEW.reference)
BEGIN
    SELECT RAISE(ABORT, 'entries are appended one after the other');
END;

CREATE TRIGGER stories_begin_once BEFORE INSERT ON stories
WHEN EXISTS (
    SELECT 1 FROM stories WHERE reference = NEW.reference OR request_key = NEW.request_key
)
BEGIN
    SELECT RAISE(ABORT, 'a story begins once');
END;

CREATE TRIGGER stories_never_go BEFORE DELETE ON stories
BEGIN
    SELECT RAISE(ABORT, 'stories are never deleted');
END;

CREATE TRIGGER stories_keep_their_beginning
BEFORE UPDATE OF reference, begun_seq, request_key, request_digest ON stories
BEGIN
    SELECT RAISE(ABORT, 'the beginning of a story is never changed');
END;
