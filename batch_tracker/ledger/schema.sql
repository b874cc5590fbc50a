-- The ledger: what was read, what was sent, what came back. One file, one writer at a time.
-- A state of a row is never stored twice: a settled row has one line in `outcomes`, a row without
-- one is still to be sent, and an attempt without an answer puts its row in doubt.
-- Times are ISO 8601 in UTC; columns named *_json hold JSON.

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
    counts_json     TEXT,                   -- of a finished or pruned run: rows per state
    report_sha256   TEXT                    -- of every file written of it, parted by blanks
) STRICT;

CREATE TABLE rows (
    run             INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    row             INTEGER NOT NULL,       -- position among the rows of the run, from 1
    source_row      INTEGER NOT NULL,       -- line or row number in the file
    cells_json      TEXT NOT NULL,          -- every cell, as it stood
    po              INTEGER,                -- the update, where the row could be read as one
    tracking_number TEXT,
    carrier         TEXT,
    shipped_on      TEXT,
    issues_json     TEXT,                   -- NULL: none
    pending         INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run, row)
) STRICT;

CREATE INDEX rows_by_po ON rows (run, po, row) WHERE po IS NOT NULL;

-- Rows that could not be read as an update are few, and are searched for a PO all the same.
CREATE INDEX rows_without_po ON rows (run, row) WHERE po IS NULL;

CREATE TABLE outcomes (
    run             INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    row             INTEGER NOT NULL,
    state           TEXT NOT NULL,
    code            TEXT NOT NULL,
    message         TEXT NOT NULL,
    status          INTEGER,                -- HTTP status of the last answer
    completed_at    TEXT,                   -- NULL: settled without a call
    same_as         INTEGER,                -- of a duplicate: the row whose fate it shares
    PRIMARY KEY (run, row)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
    run             INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    row             INTEGER NOT NULL,
    number          INTEGER NOT NULL,
    started_at      TEXT NOT NULL,          -- written before the call is made
    finished_at     TEXT,
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

-- The last value of each field that a server is known to have taken from us. A call under way
-- clears the fields it sends, so nothing is called known while it may be changing.
CREATE TABLE applied (
    server          TEXT NOT NULL,
    po              INTEGER NOT NULL,
    tracking_number TEXT,
    carrier         TEXT,
    shipped_on      TEXT,
    applied_at      TEXT NOT NULL,
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
