-- Version 1 to 2.

-- An answer is told in the words that people read.
UPDATE attempts SET answer = 'server trouble' WHERE answer = 'weather';

-- Whether a person has changed the results workbook since it was written.
ALTER TABLE runs ADD COLUMN report_sha256 TEXT;

-- The counts of a finished run are kept with it, and not only those of a pruned one.
UPDATE runs SET counts_json = (
    SELECT json_group_object(state, number) FROM (
        SELECT o.state, COUNT(*) AS number
        FROM outcomes o JOIN rows r ON r.run = o.run AND r.row = o.row
        WHERE o.run = runs.id GROUP BY o.state))
WHERE stage = 'finished' AND counts_json IS NULL;
