CREATE TABLE journal_pictures (
    msn       TEXT NOT NULL,
    name      TEXT NOT NULL,
    reference TEXT NOT NULL,
    bytes     BLOB NOT NULL,
    PRIMARY KEY (msn, name),
    FOREIGN KEY (msn, reference) REFERENCES journal_stories (msn, reference)
);

CREATE INDEX journal_pictures_of ON journal_pictures (msn, reference);

-- The rows of journal_stories are never deleted, so their rowid stays.
CREATE VIRTUAL TABLE journal_by_part USING fts5 (
    sought, content = 'journal_stories', content_rowid = 'rowid', tokenize = 'trigram', columnsize = 0
);

CREATE TRIGGER journal_is_found_by_part AFTER INSERT ON journal_stories
BEGIN
    INSERT INTO journal_by_part (rowid, sought) VALUES (NEW.rowid, NEW.sought);
END;

CREATE TRIGGER journal_entries_never_change BEFORE UPDATE ON journal_entries
BEGIN
    SELECT RAISE(ABORT, 'entries are never changed');
END;

CREATE TRIGGER journal_entries_never_go BEFORE DELETE ON journal_entries
BEGIN
    SELECT RAISE(ABORT, 'entries are never deleted');
END;

CREATE TRIGGER journal_entries_have_no_gaps BEFORE INSERT ON journal_entries
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM journal_entries WHERE msn = NEW.msn)
  OR NEW.number <> (
      SELECT coalesce(max(number), 0) + 1 FROM journal_entries WHERE msn = NEW.msn AND reference = NEW.reference
  )
BEGIN
    SELECT RAISE(ABORT, 'entries are appended one after the other');
END;

CREATE TRIGGER journal_stories_never_go BEFORE DELETE ON journal_stories
BEGIN
    SELECT RAISE(ABORT, 'stories are never deleted');
END;

CREATE TRIGGER journal_stories_keep_their_beginning
BEFORE UPDATE OF msn, reference, begun_seq, request_key, request_digest, place, amount, sought ON journal_stories
BEGIN
    SELECT RAISE(ABORT, 'the beginning of a story is never changed');
END;
