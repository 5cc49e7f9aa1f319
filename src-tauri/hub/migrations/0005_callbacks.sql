-- What callbacks of a till's payments prove themselves with: a digest of it.
ALTER TABLE tills ADD COLUMN callback_digest TEXT;

-- The registration for webhooks of each sales unit. The secret is sealed.
CREATE TABLE registrations (
    msn    TEXT NOT NULL PRIMARY KEY,
    id     TEXT NOT NULL,
    url    TEXT NOT NULL,
    secret TEXT NOT NULL
);

-- What Vipps MobilePay has told, each once. Nothing of it is believed, and nothing names a customer.
CREATE TABLE hints (
    digest    TEXT   NOT NULL PRIMARY KEY,
    at        BIGINT NOT NULL,
    kind      TEXT   NOT NULL,
    msn       TEXT   NOT NULL,
    about     TEXT   NOT NULL
);

CREATE INDEX hints_by_time ON hints (at);
