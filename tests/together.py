"""Which tests stay in one process, because what their file makes first is dear and made once (`-n 2`).

pytest-xdist has `--dist loadgroup` and a mark for this, which have no effect beside pytest 9: it writes the group into
the node's id, and an id can no longer be written to.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

TOGETHER = {
    "tests/accounts/test_units.py",  # the real units, 14,160 rows
    "tests/benchmarks/test_generate.py",
    "tests/registry/addresses/test_line.py",  # the units again
    "tests/registry/matching/test_same_integers.py",
    "tests/registry/matching/test_train.py",
    "tests/registry/sample/test_fill.py",  # two communes of the sample, with their queues worked off
}


class Together(LoadScopeScheduling):
    """Every test is sent by itself, but those of one of these files go to one worker; they go first.

    What is done is forgotten: xdist looks through all it ever sent at every message of a worker, which takes the better
    part of a minute for nine thousand tests.
    """

    def mark_test_complete(self, node: WorkerController, item_index: int, duration: float = 0) -> None:
        scope = self._split_scope(self.registered_collections[node][item_index])
        super().mark_test_complete(node, item_index, duration)
        if all(self.assigned_work[node].get(scope, {}).values()):
            self.assigned_work[node].pop(scope, None)

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in TOGETHER else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    return Together(config, log)
