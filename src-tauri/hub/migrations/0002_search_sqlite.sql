-- Finds any three or more characters of a reference. The rows of payments are never deleted, so their rowid stays.
CREATE VIRTUAL TABLE payments_by_part USING fts5 (
    sought, content = 'payments', content_rowid = 'rowid', tokenize = 'trigram', columnsize = 0
);

CREATE TRIGGER payments_are_found_by_part AFTER INSERT ON payments
BEGIN
    INSERT INTO payments_by_part (rowid, sought) VALUES (NEW.rowid, NEW.sought);
END;

CREATE TRIGGER told_never_changes BEFORE UPDATE ON told
BEGIN
    SELECT RAISE(ABORT, 'what was told is never changed');
END;

CREATE TRIGGER told_never_goes BEFORE DELETE ON told
BEGIN
    SELECT RAISE(ABORT, 'what was told is never deleted');
END;

CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is never changed');
END;

CREATE TRIGGER audit_never_goes BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is never deleted');
END;
