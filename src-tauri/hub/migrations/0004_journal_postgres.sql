CREATE TABLE journal_pictures (
    msn       TEXT NOT NULL,
    name      TEXT NOT NULL,
    reference TEXT NOT NULL,
    bytes     BYTEA NOT NULL,
    PRIMARY KEY (msn, name),
    FOREIGN KEY (msn, reference) REFERENCES journal_stories (msn, reference)
);

CREATE INDEX journal_pictures_of ON journal_pictures (msn, reference);

CREATE INDEX journal_by_part ON journal_stories USING gin (sought gin_trgm_ops);

CREATE TRIGGER journal_entries_never_change BEFORE UPDATE OR DELETE ON journal_entries
FOR EACH ROW EXECUTE FUNCTION never_changes();

CREATE TRIGGER journal_stories_never_go BEFORE DELETE ON journal_stories
FOR EACH ROW EXECUTE FUNCTION never_changes();

CREATE TRIGGER journal_stories_keep_their_beginning
BEFORE UPDATE OF msn, reference, begun_seq, request_key, request_digest, place, amount, sought ON journal_stories
FOR EACH ROW EXECUTE FUNCTION never_changes();

CREATE FUNCTION one_after_the_other() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM journal_entries WHERE msn = NEW.msn)
    OR NEW.number <> (
        SELECT coalesce(max(number), 0) + 1 FROM journal_entries WHERE msn = NEW.msn AND reference = NEW.reference
    ) THEN
        RAISE EXCEPTION 'entries are appended one after the other';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER journal_entries_have_no_gaps BEFORE INSERT ON journal_entries
FOR EACH ROW EXECUTE FUNCTION one_after_the_other();
