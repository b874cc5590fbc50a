"""A header row → which column holds which field, what becomes of every other, and what to ask.

header.py          the whole of it: find the header row, then account for each column
header_row.py      which row holds the headers: the best of all candidates
guess.py           one row taken for the header row
header_text.py     a header's words, apart from what only surrounds them; header_hints.py, that
names.py           what a name means, in the languages of names/
stems.py           which field a name that is not known still speaks of
status_columns.py  which names are those of columns that tell a status
content.py         what the cells of a column show, whatever its name
choice.py          which of several columns holds a field
roles.py           what becomes of each column, and which are asked about
evidence.py        what only the whole file shows
questions.py       what a person is told and asked
profiles.py        the profile that fits a file; template.py makes one
"""
