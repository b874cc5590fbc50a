-- Version 2 to 3.

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

-- Rows that could not be read as an update are few, and are searched for a PO all the same.
CREATE INDEX rows_without_po ON rows (run, row) WHERE po IS NULL;
