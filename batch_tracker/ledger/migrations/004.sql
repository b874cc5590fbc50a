-- Version 3 to 4.

-- What there is of every row is written shorter: moments are microseconds, ship dates milliseconds
-- since 1970, servers have numbers. moment(text): see repacking.py, which also packs the
-- cells that still stand in old_rows.

CREATE INDEX runs_by_file ON runs (json_extract(manifest_json, '$.sha256'));

CREATE INDEX unfinished_runs ON runs (server) WHERE stage = 'sending';

-- The calls of a finished run are counted once.
UPDATE runs SET counts_json = json_set(
    counts_json, '$.attempts', (SELECT COUNT(*) FROM attempts WHERE run = runs.id))
WHERE stage = 'finished' AND pruned_at IS NULL AND counts_json IS NOT NULL;

-- Some ledgers of version 3 were made before it had the second of these.
DROP INDEX IF EXISTS rows_by_po;

DROP INDEX IF EXISTS rows_without_po;

ALTER TABLE rows RENAME TO old_rows;

CREATE TABLE rows (
    run             INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    row             INTEGER NOT NULL,       -- position among the rows of the run, from 1
    source_row      INTEGER NOT NULL,       -- line or row number in the file
    po              INTEGER,                -- the update, where the row could be read as one
    tracking_number TEXT,
    carrier         TEXT,
    shipped_on      INTEGER,                -- milliseconds since 1970
    issues_json     TEXT,                   -- NULL: none
    pending         INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run, row)
) STRICT;

INSERT INTO rows
SELECT run, row, source_row, po, tracking_number, carrier, moment(shipped_on) / 1000, issues_json,
    pending
FROM old_rows ORDER BY run, row;

CREATE INDEX rows_by_po ON rows (run, po, row) WHERE po IS NOT NULL;

CREATE TABLE cell_blocks (
    run             INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    first           INTEGER NOT NULL,       -- position of its first row
    width           INTEGER NOT NULL,       -- cells of its widest row
    lines           BLOB NOT NULL,          -- a line of JSON for each row, compressed
    PRIMARY KEY (run, first)
) STRICT;

CREATE TABLE unread_pos (
    run             INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    po              INTEGER NOT NULL,
    row             INTEGER NOT NULL,
    PRIMARY KEY (run, po, row)
) STRICT, WITHOUT ROWID;

ALTER TABLE outcomes RENAME TO old_outcomes;

CREATE TABLE outcomes (
    run             INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    row             INTEGER NOT NULL,
    state           TEXT NOT NULL,
    code            TEXT NOT NULL,
    message         TEXT NOT NULL,          -- "" where the state alone says it
    status          INTEGER,                -- HTTP status of the last answer
    completed_at    INTEGER,                -- NULL: settled without a call
    same_as         INTEGER,                -- of a duplicate: the row whose fate it shares
    PRIMARY KEY (run, row)
) STRICT, WITHOUT ROWID;

-- What was sent of an updated row stands in the row.
INSERT INTO outcomes
SELECT o.run, o.row, o.state, o.code,
    iif(o.state = 'updated' AND o.message = 'Sent ' || substr(
        iif(r.tracking_number IS NULL, '', ', tracking number')
        || iif(r.carrier IS NULL, '', ', carrier')
        || iif(r.shipped_on IS NULL, '', ', ship date'), 3) || '.', '', o.message),
    o.status, moment(o.completed_at), o.same_as
FROM old_outcomes o LEFT JOIN old_rows r ON r.run = o.run AND r.row = o.row ORDER BY o.run, o.row;

DROP TABLE old_outcomes;

ALTER TABLE attempts RENAME TO old_attempts;

CREATE TABLE attempts (
    run             INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    row             INTEGER NOT NULL,
    number          INTEGER NOT NULL,
    started_at      INTEGER NOT NULL,       -- written before the call is made
    finished_at     INTEGER,
    answer          TEXT,                   -- NULL: the process ended before the answer was noted
    status          INTEGER,
    message         TEXT,
    PRIMARY KEY (run, row, number)
) STRICT, WITHOUT ROWID;

INSERT INTO attempts
SELECT run, row, number, moment(started_at), moment(finished_at), answer, status, message
FROM old_attempts ORDER BY run, row, number;

DROP TABLE old_attempts;

CREATE TABLE servers (
    id              INTEGER PRIMARY KEY,
    name            TEXT NOT NULL UNIQUE
) STRICT;

INSERT INTO servers (name) SELECT server FROM runs UNION SELECT server FROM applied;

ALTER TABLE applied RENAME TO old_applied;

CREATE TABLE applied (
    server          INTEGER NOT NULL REFERENCES servers (id),
    po              INTEGER NOT NULL,
    tracking_number TEXT,
    carrier         TEXT,
    shipped_on      INTEGER,
    applied_at      INTEGER NOT NULL,
    run             INTEGER,
    PRIMARY KEY (server, po)
) STRICT, WITHOUT ROWID;

INSERT INTO applied
SELECT s.id, a.po, a.tracking_number, a.carrier, moment(a.shipped_on) / 1000, moment(a.applied_at),
    a.run
FROM old_applied a CROSS JOIN servers s ON s.name = a.server ORDER BY s.id, a.po;

DROP TABLE old_applied;
