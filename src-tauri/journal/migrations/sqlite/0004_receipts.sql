-- Nothing is stored differently. Entries may tell of receipts, and of sales at a distance, which older programs can't read:
-- the number keeps them from opening the journal and taking such a story for a corrupt one.
SELECT 1;
