-- The static codes on counters, and which till hears of whoever scans one. Who scans is never kept.
CREATE TABLE codes (
    id       TEXT   NOT NULL PRIMARY KEY,
    till     TEXT   NOT NULL REFERENCES tills (id),
    msn      TEXT   NOT NULL,
    location TEXT   NOT NULL,
    made_at  BIGINT NOT NULL
);

CREATE INDEX codes_of_till ON codes (till);
