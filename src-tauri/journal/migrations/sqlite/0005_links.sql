-- Nothing is stored differently. Entries may tell of links from the customer's app to the shop, which older programs can't
-- read: the number keeps them from opening the journal and taking such a story for a corrupt one.
SELECT 1;
