-- Settles every row that needs no call; what has no outcome afterwards is a step.
-- Parameters: :run, :server, :server_number, :on_conflict (hold, first, last), and (0, 1) :force,
-- :hold_warnings, :put_back (older tracking numbers over newer ones).
-- A CROSS JOIN starts from its first table: the few POs in question, not all rows of the run.
-- Messages name rows by references (model/references.py).
--
-- Two values are compared in one of two ways. `=` is to the letter: only a PO that already got
-- exactly these values from us needs no call. substance(field, value) is for rows that may
-- contradict each other (batch_tracker/model/snapshots.py spells it out): 1Z-999 and 1z999, UPS and
-- ups, two times of one day are the same shipment.

-- A void takes back a number that an earlier run has already written.
UPDATE outcomes SET
    state = 'conflict',
    code = 'void-after-sent',
    message = 'Void, but this tracking number was written to the PO by an earlier run; '
        || 'correct the PO in Sellercloud by hand.'
WHERE run = :run AND code IN ('void', 'void-section') AND EXISTS (
    SELECT 1 FROM rows r JOIN applied a ON a.server = :server_number AND a.po = r.po
    WHERE r.run = :run AND r.row = outcomes.row
        AND substance('tracking_number', a.tracking_number)
            = substance('tracking_number', r.tracking_number));

-- A void takes back a number of this same file.
CREATE TEMP TABLE voided AS
SELECT v.po, substance('tracking_number', v.tracking_number) AS number,
    MIN(v.source_row) AS source_row
FROM outcomes o JOIN rows v ON v.run = o.run AND v.row = o.row
WHERE o.run = :run AND o.code IN ('void', 'void-section', 'void-after-sent')
GROUP BY v.po, number;

CREATE UNIQUE INDEX temp.voided_by_number ON voided (po, number);

INSERT INTO outcomes (run, row, state, code, message)
SELECT r.run, r.row, 'conflict', 'voided-here',
    printf('{Row %d} voids this tracking number.', v.source_row)
FROM (SELECT DISTINCT po FROM voided) p CROSS JOIN rows r ON r.po = p.po
CROSS JOIN voided v ON v.po = r.po AND v.number = substance('tracking_number', r.tracking_number)
WHERE r.run = :run
    AND NOT EXISTS (SELECT 1 FROM outcomes x WHERE x.run = r.run AND x.row = r.row);

DROP TABLE voided;

-- The POs that several rows speak of, and how many values these name for each field.
CREATE TEMP TABLE shared AS
SELECT r.po,
    COUNT(*) AS speakers,
    COUNT(DISTINCT r.tracking_number) AS numbers,
    COUNT(DISTINCT r.carrier) AS carriers,
    COUNT(DISTINCT r.shipped_on) AS dates,
    CASE :on_conflict WHEN 'first' THEN MIN(r.row) WHEN 'last' THEN MAX(r.row) END AS winner,
    NULL AS quarrel
FROM rows r
WHERE r.run = :run
    -- Nearly every PO has one row: the index alone tells which have more.
    AND r.po IN (
        SELECT po FROM rows WHERE run = :run AND po IS NOT NULL GROUP BY po HAVING COUNT(*) > 1)
    AND NOT EXISTS (SELECT 1 FROM outcomes x WHERE x.run = r.run AND x.row = r.row)
GROUP BY r.po HAVING COUNT(*) > 1;

CREATE UNIQUE INDEX temp.shared_by_po ON shared (po);

-- Most rows that share a PO are alike to the letter; only of the others the substance is needed.
UPDATE shared SET (numbers, carriers, dates) = (
    SELECT COUNT(DISTINCT substance('tracking_number', r.tracking_number)),
        COUNT(DISTINCT substance('carrier', r.carrier)),
        COUNT(DISTINCT substance('shipped_on', r.shipped_on))
    FROM rows r
    WHERE r.run = :run AND r.po = shared.po
        AND NOT EXISTS (SELECT 1 FROM outcomes x WHERE x.run = r.run AND x.row = r.row))
WHERE numbers > 1 OR carriers > 1 OR dates > 1;

-- Where they agree, the first row that says all of it is sent.
UPDATE shared SET winner = COALESCE((
    SELECT MIN(r.row) FROM rows r
    WHERE r.run = :run AND r.po = shared.po
        AND (r.tracking_number IS NOT NULL) = (numbers = 1)
        AND (r.carrier IS NOT NULL) = (carriers = 1)
        AND (r.shipped_on IS NOT NULL) = (dates = 1)
        AND NOT EXISTS (SELECT 1 FROM outcomes x WHERE x.run = r.run AND x.row = r.row)), winner)
WHERE numbers <= 1 AND carriers <= 1 AND dates <= 1;

-- No winner: nobody can say which row is right, so none is sent.
UPDATE shared SET quarrel = printf(
    '{Rows %s}%s do not agree on PO %d (%s). Keep one of them, or let the profile '
    || 'say which wins (on_conflict).',
    (SELECT group_concat(source_row, ', ') FROM (
        SELECT r.source_row FROM rows r
        WHERE r.run = :run AND r.po = shared.po
            AND NOT EXISTS (SELECT 1 FROM outcomes x WHERE x.run = r.run AND x.row = r.row)
        ORDER BY r.row LIMIT 10)),
    iif(speakers > 10, printf(' and %d more', speakers - 10), ''),
    po,
    COALESCE(NULLIF(ltrim(
        iif(numbers > 1, ', tracking number', '')
        || iif(carriers > 1, ', carrier', '')
        || iif(dates > 1, ', ship date', ''), ', '), ''), 'each says only a part'))
WHERE winner IS NULL;

INSERT INTO outcomes (run, row, state, code, message)
SELECT r.run, r.row, 'conflict', 'rows-disagree', s.quarrel
FROM shared s CROSS JOIN rows r ON r.po = s.po
WHERE r.run = :run AND s.winner IS NULL
    AND NOT EXISTS (SELECT 1 FROM outcomes x WHERE x.run = r.run AND x.row = r.row);

-- A winner: rows that say nothing beyond it are duplicates, the others are overruled.
INSERT INTO outcomes (run, row, state, code, message, same_as)
SELECT r.run, r.row,
    iif(same, 'duplicate', 'skipped'),
    iif(same, 'same-update', 'overruled'),
    iif(same, '', printf('{Row %d} wins for PO %d, as the profile says.', number, r.po)),
    iif(same, winner, NULL)
FROM (
    SELECT r.run, r.row, r.po, s.winner, w.source_row AS number,
        COALESCE(iif(r.tracking_number = w.tracking_number, TRUE,
                substance('tracking_number', r.tracking_number)
                    = substance('tracking_number', w.tracking_number)),
            r.tracking_number IS NULL)
        AND COALESCE(iif(r.carrier = w.carrier, TRUE,
                substance('carrier', r.carrier) = substance('carrier', w.carrier)),
            r.carrier IS NULL)
        AND COALESCE(iif(r.shipped_on = w.shipped_on, TRUE,
                substance('shipped_on', r.shipped_on) = substance('shipped_on', w.shipped_on)),
            r.shipped_on IS NULL) AS same
    FROM shared s CROSS JOIN rows r ON r.po = s.po
    JOIN rows w ON w.run = r.run AND w.row = s.winner
    WHERE r.run = :run AND r.row <> s.winner
        AND NOT EXISTS (SELECT 1 FROM outcomes x WHERE x.run = r.run AND x.row = r.row)) AS r;

DROP TABLE shared;

-- The rows whose POs the server is known to have taken something for; in a new file, few or none.
-- The statements below name it so that SQLite looks up these rows alone, and the others once.
CREATE TEMP TABLE known (row INTEGER PRIMARY KEY);

INSERT INTO known
SELECT r.row FROM rows r JOIN applied a ON a.server = :server_number AND a.po = r.po
WHERE r.run = :run;

-- What the server is known to have taken from us already.
INSERT INTO outcomes (run, row, state, code, message)
SELECT r.run, r.row, 'unchanged', 'already-applied',
    printf('Already sent with these values on %s.', date(a.applied_at / 1000000, 'unixepoch'))
FROM rows r JOIN applied a ON a.server = :server_number AND a.po = r.po
WHERE r.run = :run AND r.row IN known AND NOT :force
    AND COALESCE(r.tracking_number = a.tracking_number, r.tracking_number IS NULL)
    AND COALESCE(r.carrier = a.carrier, r.carrier IS NULL)
    AND COALESCE(r.shipped_on = a.shipped_on, r.shipped_on IS NULL)
    AND NOT EXISTS (SELECT 1 FROM outcomes x WHERE x.run = r.run AND x.row = r.row);

-- An old file does not put an old number back over a newer one. Which is the older of two numbers
-- only the ledger proves: a run had read this row's number for this PO before another run wrote the
-- one that the PO has now. That holds for the same file again, for the file that it has grown to,
-- and for its results workbook. What a file's own dates or its time of change say is no proof:
-- files are copied, corrected and exported anew.
INSERT INTO outcomes (run, row, state, code, message)
SELECT r.run, r.row, 'conflict', 'older-number',
    printf('PO %d has a newer tracking number: run %s (%s) sent %s on %s. Run %s (%s) had read %s '
        || 'before. If that is the right one, run this file with --force.',
        r.po, new.name, new.source, a.tracking_number, date(a.applied_at / 1000000, 'unixepoch'),
        old.name, old.source, r.tracking_number)
FROM rows r
JOIN applied a ON a.server = :server_number AND a.po = r.po
JOIN history new ON new.id = (
    SELECT MAX(s.run) FROM said s
    WHERE s.server = :server AND s.po = r.po AND s.tracking_number = a.tracking_number
        AND s.state = 'updated')
JOIN history old ON old.id = (
    SELECT MAX(s.run) FROM said s
    WHERE s.server = :server AND s.po = r.po AND s.run < new.id
        AND substance('tracking_number', s.tracking_number)
            = substance('tracking_number', r.tracking_number))
WHERE r.run = :run AND r.row IN known AND NOT :put_back
    AND substance('tracking_number', r.tracking_number)
        <> substance('tracking_number', a.tracking_number)
    AND NOT EXISTS (SELECT 1 FROM outcomes x WHERE x.run = r.run AND x.row = r.row);

-- What is sent although an earlier run wrote something else says so.
UPDATE rows SET issues_json = json_insert(
    COALESCE(issues_json, '[]'), '$[#]', json_object(
        'code', 'replaces',
        'message', printf('Replaces the %s, which %s wrote to PO %d on %s.',
            ltrim(
                iif(substance('tracking_number', rows.tracking_number)
                        <> substance('tracking_number', a.tracking_number),
                    ', tracking number ' || a.tracking_number, '')
                || iif(substance('carrier', rows.carrier) <> substance('carrier', a.carrier),
                    ', carrier ' || a.carrier, '')
                || iif(
                    substance('shipped_on', rows.shipped_on)
                        <> substance('shipped_on', a.shipped_on),
                    ', ship date ' || date(a.shipped_on / 1000, 'unixepoch'), ''),
                ', '),
            COALESCE(h.source, 'an earlier run'), rows.po,
            date(a.applied_at / 1000000, 'unixepoch')),
        'hint', '', 'level', 'warning', 'column', NULL, 'address', '', 'text', ''))
FROM applied a LEFT JOIN history h ON h.id = a.run
WHERE rows.run = :run AND rows.row IN known AND a.server = :server_number AND a.po = rows.po
    AND (substance('tracking_number', rows.tracking_number)
            <> substance('tracking_number', a.tracking_number)
        OR substance('carrier', rows.carrier) <> substance('carrier', a.carrier)
        OR substance('shipped_on', rows.shipped_on) <> substance('shipped_on', a.shipped_on))
    AND instr(COALESCE(issues_json, ''), '"code":"replaces"') = 0
    AND NOT EXISTS (SELECT 1 FROM outcomes x WHERE x.run = rows.run AND x.row = rows.row);

DROP TABLE known;

-- What is held back for its warnings. It is `invalid`, not `conflict`: what is odd stands in the row
-- itself and no other row has a part in it, and a person goes on as with any invalid row, by
-- correcting the coloured cell and running the workbook.
INSERT INTO outcomes (run, row, state, code, message)
SELECT r.run, r.row, 'invalid', 'held-warning',
    'Held back because of a warning. If the row is right, run it with --warnings send.'
FROM rows r
WHERE r.run = :run AND :hold_warnings AND instr(r.issues_json, '"level":"warning"') > 0
    AND NOT EXISTS (SELECT 1 FROM outcomes x WHERE x.run = r.run AND x.row = r.row);
