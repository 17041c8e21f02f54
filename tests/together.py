"""Which tests stay in one process, because what their file makes first is dear and made once (`-n 2`).

pytest-xdist has `--dist loadgroup` and a mark for this, which have no effect beside pytest 9: it writes the group into
the node's id, and an id can no longer be written to.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = {
    "tests/accounts/test_units.py",  # the real units, 14,160 rows
    "tests/benchmarks/test_generate.py",
    "tests/registry/addresses/test_line.py",  # the units again
    "tests/registry/matching/test_same_integers.py",
    "tests/registry/matching/test_train.py",
    "tests/registry/sample/test_fill.py",  # two communes of the sample, with their queues worked off
}

ALONE = ("tests/journeys/", "tests/test_role_table.py", "tests/cards/applications/test_workflow.py")


class Together(LoadScopeScheduling):
    """The tests of one of these files go to one worker, and go first. Of all others the cases of one function go
    together, so that nine thousand tests are a third as many parcels: xdist looks through all it ever sent after every
    test. What is slow is sent by itself."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, name = nodeid.partition("::")
        if file in TOGETHER:
            return file
        return nodeid if file.startswith(ALONE) else f"{file}::{name.partition('[')[0]}"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    return Together(config, log)
