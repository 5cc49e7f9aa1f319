-- Fills the hub's own table with payments as a chain has them after two years: references of three kinds (a store's prefix,
-- a register's number, a random name), more of them at some tills than at others, one after the other, at prices that people ask for.
-- What is random follows from the payment's number alone, so every chain of one size is the same.
INSERT INTO payments
    (till, reference, sought, store, msn, status, currency, amount, captured, refunded, settled, requested_at)
SELECT
    't-' || lpad(till::text, 10, '0'), reference, lower(reference), 's' || lpad(store::text, 4, '0'),
    (600000 + store)::text, status, 'NOK', amount,
    CASE WHEN status = 'paid' THEN amount ELSE 0 END,
    CASE WHEN status = 'paid' AND c % 50 = 0 THEN amount ELSE 0 END, 1, at
FROM (
    SELECT *, CASE
        WHEN a % 20 < 12 THEN 's' || lpad(store::text, 4, '0') || '-' || register || '-' || lpad(n::text, 8, '0')
        WHEN a % 20 < 17 THEN 'sale-' || n || '-1'
        ELSE upper(substr(md5(n::text), 1, 26))
    END AS reference
    FROM (
        SELECT *, 1 + (till - 1) % {stores} AS store, 1 + (till - 1) / {stores} AS register
        FROM (
            SELECT n, a, c,
                1 + floor({tills} * power((b % 1000000) / 1000000.0, 1.5))::bigint AS till,
                CASE WHEN c % 100 < 88 THEN 'paid' WHEN c % 100 < 94 THEN 'cancelled' WHEN c % 100 < 97 THEN 'declined'
                     WHEN c % 100 < 99 THEN 'expired' ELSE 'failed' END AS status,
                CASE WHEN c % 10 < 4 THEN (10 + a % 490) * 100 WHEN c % 10 < 8 THEN (9 + a % 300) * 100 + 90
                     ELSE 500 + a % 150000 END AS amount,
                {now} - 63072000000 + n * (63072000000 / {payments}) + a % 60000 AS at
            FROM (
                SELECT n, abs(hashint8extended(n, 1) % 1000000007) AS a, abs(hashint8extended(n, 2) % 1000000007) AS b,
                    abs(hashint8extended(n, 3) % 1000000007) AS c
                FROM generate_series(1, {payments}) n
            ) AS dice
        ) AS thrown
    ) AS placed
) AS named
