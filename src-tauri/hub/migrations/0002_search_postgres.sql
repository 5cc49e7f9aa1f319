-- Finds any three or more characters of a reference.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX payments_by_part ON payments USING gin (sought gin_trgm_ops);

CREATE FUNCTION never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER told_never_changes BEFORE UPDATE OR DELETE ON told
FOR EACH ROW EXECUTE FUNCTION never_changes();

CREATE TRIGGER audit_never_changes BEFORE UPDATE OR DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION never_changes();
