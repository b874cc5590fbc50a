"""The planner: which rows need a call. `plan` decides it in SQL over the ledger.

`plan.sql` settles the rows of a new run, `overtaken.sql` those of an old one that goes on.
`compare` says what follows from what a PO holds already.
"""
