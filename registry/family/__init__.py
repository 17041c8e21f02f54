"""Work on family ties: added, linked to a record, ended; each touches both records and is previewed."""
