"""What reaches a log: never what stands in a record.

PostgreSQL explains a refused row by quoting it ("Key (number)=(…) already exists", "Failing row contains (…)"), and a
traceback repeats that. In our logs a database error is its code and the names of table and constraint.
"""

import logging
from collections.abc import Iterator, Mapping

from psycopg import Error


class WithoutValues(logging.Formatter):
    """Django's formatter with every message of PostgreSQL's replaced, in the sentence and in the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        raised = [record.exc_info[1] if isinstance(record.exc_info, tuple) else None]
        said = record.args.values() if isinstance(record.args, Mapping) else record.args or ()
        for error in [*raised, *(one for one in said if isinstance(one, BaseException))]:
            for told, instead in _replacements(error):
                text = text.replace(told, instead)
        return text


def _replacements(error: BaseException | None) -> Iterator[tuple[str, str]]:
    for one in _chain(error):
        if isinstance(one, Error) and one.sqlstate and str(one):
            where = [name for name in (one.diag.table_name, one.diag.column_name, one.diag.constraint_name) if name]
            instead = f"SQLSTATE {one.sqlstate} {' '.join(where)}".rstrip()
            yield str(one), instead
            yield repr(str(one))[1:-1], instead  # Celery logs the repr, whose lines are escaped


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and all that led to it. Django's own error carries the same words as PostgreSQL's, its cause."""
    met: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and id(one) not in met:
            met.add(id(one))
            yield one
            waiting += [one.__cause__, one.__context__]
