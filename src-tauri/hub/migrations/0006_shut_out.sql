-- Every hub asks every few seconds which tills have been shut out. Of a million tills these are few.
CREATE INDEX tills_shut_out ON tills (revoked_at) WHERE revoked_at IS NOT NULL;
