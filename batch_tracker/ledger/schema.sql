-- The ledger: what was read, what was sent, what came back. One file, one writer at a time.
-- A state of a row is never stored twice: a settled row has one line in `outcomes`, a row without
-- one is still to be sent, and an attempt without an answer puts its row in doubt.
-- Times of runs and corrections are ISO 8601 in UTC. What there is of every row is written shorter:
-- moments are microseconds since 1970, ship dates milliseconds. Columns named *_json hold JSON.

CREATE TABLE runs (
    id              INTEGER PRIMARY KEY,
    name            TEXT NOT NULL UNIQUE,   -- what people and scripts call the run
    stage           TEXT NOT NULL CHECK (stage IN ('staging', 'sending', 'finished')),
    status          TEXT CHECK (status IN ('success', 'partial', 'stopped')),
    message         TEXT NOT NULL DEFAULT '',
    started_at      TEXT NOT NULL,
    finished_at     TEXT,
    seconds         REAL NOT NULL DEFAULT 0,  -- working time, over all sessions
    other_calls     INTEGER NOT NULL DEFAULT 0,  -- no attempts at a row: logins, look-ups
    server          TEXT NOT NULL,          -- the API's root; with `username`, whose quota it is
    username        TEXT NOT NULL,
    source          TEXT NOT NULL,          -- the manifest's path
    manifest_json   TEXT NOT NULL,          -- sheet, headers, mapped columns, profile
    notes_json      TEXT NOT NULL DEFAULT '[]',
    report          TEXT,                   -- where the results workbook is
    pruned_at       TEXT,                   -- NULL: its rows are still here
    counts_json     TEXT,                   -- of a finished or pruned run: rows per state, calls
    report_sha256   TEXT                    -- of every file written of it, parted by blanks
) STRICT;

CREATE INDEX runs_by_file ON runs (json_extract(manifest_json, '$.sha256'));

CREATE INDEX unfinished_runs ON runs (server) WHERE stage = 'sending';

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

CREATE INDEX rows_by_po ON rows (run, po, row) WHERE po IS NOT NULL;

-- Every cell of every row, as it stood: blocks of rows that follow each other. See cells.py.
CREATE TABLE cell_blocks (
    run             INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    first           INTEGER NOT NULL,       -- position of its first row
    width           INTEGER NOT NULL,       -- cells of its widest row
    lines           BLOB NOT NULL,          -- a line of JSON for each row, compressed
    PRIMARY KEY (run, first)
) STRICT;

-- The numbers in the PO cell of a row that could not be read as an update: it may name these POs.
CREATE TABLE unread_pos (
    run             INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    po              INTEGER NOT NULL,
    row             INTEGER NOT NULL,
    PRIMARY KEY (run, po, row)
) STRICT, WITHOUT ROWID;

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

-- What a PO held when the run looked at it, before its first call; "" where it held nothing.
CREATE TABLE before_images (
    run             INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    row             INTEGER NOT NULL,
    found           INTEGER NOT NULL,       -- 0: the server did not show the PO
    tracking_number TEXT NOT NULL,
    carrier         TEXT NOT NULL,
    shipped_on      TEXT NOT NULL,          -- as the server wrote it
    status          TEXT NOT NULL,
    shipping_status TEXT NOT NULL,
    drop_ship       TEXT NOT NULL,          -- number of the drop-ship order
    PRIMARY KEY (run, row)
) STRICT, WITHOUT ROWID;

-- The servers that calls were made to, by the API's root.
CREATE TABLE servers (
    id              INTEGER PRIMARY KEY,
    name            TEXT NOT NULL UNIQUE
) STRICT;

-- The last value of each field that a server is known to have taken from us. A call under way
-- clears the fields it sends, so nothing is called known while it may be changing.
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

-- The cells of a file that a person has corrected; the file itself stays as it is.
CREATE TABLE corrections (
    file            TEXT NOT NULL,          -- SHA-256 of the manifest
    row             INTEGER NOT NULL,       -- line or row number in the file
    "column"        INTEGER NOT NULL,       -- from 0
    old             TEXT NOT NULL,
    new             TEXT NOT NULL,
    who             TEXT NOT NULL,
    at              TEXT NOT NULL,
    PRIMARY KEY (file, row, "column")
) STRICT, WITHOUT ROWID;
