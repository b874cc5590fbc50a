-- Settles the open rows of an old run whose POs a later run has written to since, or whose
-- tracking numbers it voids.
-- A CROSS JOIN starts from its first table: the few later runs, not all rows of this one.
-- Parameters: :run, :server, :server_number. substance(field, value): see plan.sql.

INSERT INTO outcomes (run, row, state, code, message)
SELECT r.run, r.row,
    iif(same, 'unchanged', 'conflict'),
    iif(same, 'already-applied', 'overtaken'),
    iif(same, printf('Sent with these values by the later run %s.', name),
        printf('The later run %s (%s) has written to this PO, and not all that this row says; if '
            || 'this row is right, run it as a manifest of its own.', name, source))
FROM (
    SELECT r.run, r.row, h.name, h.source,
        COALESCE(iif(r.tracking_number = a.tracking_number, TRUE,
                substance('tracking_number', r.tracking_number)
                    = substance('tracking_number', a.tracking_number)),
            r.tracking_number IS NULL)
        AND COALESCE(iif(r.carrier = a.carrier, TRUE,
                substance('carrier', r.carrier) = substance('carrier', a.carrier)),
            r.carrier IS NULL)
        AND COALESCE(iif(r.shipped_on = a.shipped_on, TRUE,
                substance('shipped_on', r.shipped_on) = substance('shipped_on', a.shipped_on)),
            r.shipped_on IS NULL) AS same
    FROM rows r
    JOIN applied a ON a.server = :server_number AND a.po = r.po
    JOIN history h ON h.id = a.run
    WHERE r.run = :run AND a.run > :run
        AND NOT EXISTS (SELECT 1 FROM outcomes x WHERE x.run = r.run AND x.row = r.row)) AS r;

-- A void of a later run takes back a number that is still to be sent.
INSERT INTO outcomes (run, row, state, code, message)
SELECT r.run, r.row, 'conflict', 'voided-later',
    printf('The later run %s (%s) voids this tracking number.', n.name, n.source)
FROM runs n
CROSS JOIN outcomes o ON o.run = n.id AND o.code IN ('void', 'void-section', 'void-after-sent')
CROSS JOIN rows v ON v.run = o.run AND v.row = o.row
CROSS JOIN rows r ON r.run = :run AND r.po = v.po
    AND substance('tracking_number', r.tracking_number)
        = substance('tracking_number', v.tracking_number)
WHERE n.id > :run AND n.server = :server
    AND NOT EXISTS (SELECT 1 FROM outcomes x WHERE x.run = r.run AND x.row = r.row)
GROUP BY r.run, r.row;
