-- Once released, a migration is never edited: its digest is kept in every journal. Add another one.

-- Where each request stands among all, and what it is found by. In the order of the moments at which they were
-- asked for, as the till's clock had it; that is not always the order in which they came, because clocks are set.
CREATE TABLE requests (
    place     INTEGER PRIMARY KEY,      -- the millisecond times 65536, and which request of it
    reference TEXT NOT NULL UNIQUE REFERENCES stories (reference),
    amount    INTEGER                   -- in minor units; none where the request can't be read
) STRICT;

CREATE INDEX requests_of_amount ON requests (amount, place);

-- Finds any three or more characters of a reference, newest first.
CREATE VIRTUAL TABLE requests_by_part USING fts5 (
    reference, content = 'requests', content_rowid = 'place', tokenize = 'trigram', columnsize = 0
);

CREATE TRIGGER requests_are_found_by_part AFTER INSERT ON requests
BEGIN
    INSERT INTO requests_by_part (rowid, reference) VALUES (NEW.place, NEW.reference);
END;

-- Journals of version 1. An entry that can't be read must not keep the others from being found.
INSERT INTO requests (place, reference, amount)
SELECT
    moment * 65536 + row_number() OVER (PARTITION BY moment ORDER BY seq) - 1,
    reference,
    CASE WHEN typeof(amount) = 'integer' THEN amount END
FROM (
    SELECT
        e.seq,
        e.reference,
        max(-140000000000000, min(140000000000000, e.at)) AS moment,
        CASE WHEN json_valid(e.fact) THEN json_extract(e.fact, '$.order.amount.minor') END AS amount
    FROM entries e
    WHERE e.number = 1
)
ORDER BY seq;

CREATE TRIGGER requests_come_once BEFORE INSERT ON requests
WHEN EXISTS (SELECT 1 FROM requests WHERE place = NEW.place OR reference = NEW.reference)
BEGIN
    SELECT RAISE(ABORT, 'a request comes once');
END;

CREATE TRIGGER requests_never_change BEFORE UPDATE ON requests
BEGIN
    SELECT RAISE(ABORT, 'requests are never changed');
END;

CREATE TRIGGER requests_never_go BEFORE DELETE ON requests
BEGIN
    SELECT RAISE(ABORT, 'requests are never deleted');
END;
