"""Emptying the database after a test that commits: only the tables that hold something, and never against a straggler.

Django would TRUNCATE every table and write content types and permissions anew: half a second a test, and a deadlock
with a request that the browser gave up and the server still answers.
"""

import time
from collections.abc import Callable

from django.db import connection, transaction
from django.test import TransactionTestCase

STAYS = {"django_migrations", "django_content_type", "auth_permission"}
PATIENCE_SECONDS = 10
FAT_BYTES = 1_000_000
_BUSY = """
    FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend' AND state <> 'idle'
"""


def install() -> None:
    """Take the place of Django's flush, where the server lets us (its superuser)."""
    djangos: Callable[[TransactionTestCase], None] = TransactionTestCase._fixture_teardown

    def after_a_test(case: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            _wait_for_stragglers(cursor)
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            is_superuser = cursor.fetchone()[0]
        if is_superuser:
            empty()
            _sweep()
        else:
            djangos(case)

    TransactionTestCase._fixture_teardown = after_a_test


def empty() -> None:
    """Delete every row of every table but the framework's own. Foreign keys, history and guards are not asked."""
    names = [name for name in connection.introspection.table_names() if name not in STAYS]
    quoted = {name: connection.ops.quote_name(name) for name in names}
    with transaction.atomic(), connection.cursor() as cursor:
        holds = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM {quoted[name]})" for name in names)
        cursor.execute(" UNION ALL ".join(holds))
        filled = [row[0] for row in cursor.fetchall()]
        cursor.execute("SET LOCAL session_replication_role = replica")
        for name in filled:
            cursor.execute(f"DELETE FROM {quoted[name]}")


def _sweep() -> None:
    """Rows that were deleted or rolled back stay in their table until somebody sweeps, and every reading of the table
    passes them; the tests' server does not sweep by itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND pg_relation_size(oid) > %s", [FAT_BYTES],
        )  # fmt: skip
        for (name,) in cursor.fetchall():
            cursor.execute(f"VACUUM {connection.ops.quote_name(name)}")


def _wait_for_stragglers(cursor) -> None:
    """A request that is still answered may write; one that does not come to its end is cut off."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        cursor.execute(f"SELECT count(*) {_BUSY}")
        if cursor.fetchone()[0] == 0:
            return
        time.sleep(0.02)
    cursor.execute(f"SELECT pg_terminate_backend(pid) {_BUSY}")
