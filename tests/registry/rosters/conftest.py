"""What every test of lists needs."""

import tempfile

import pytest

from tests.factories import RosterRowFactory
from tests.registry.rosters.rows_of import COLUMNS, a_list


@pytest.fixture(autouse=True)
def scratch(tmp_path, monkeypatch) -> None:
    """A temporary folder of one's own: what other tests write at the same moment is none of ours to find or clear."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture
def make(officer):
    """A list of these lines, as it was read: the cells of COLUMNS."""

    def make(*raw: list[str]):
        columns = {str(at): name for at, name in enumerate(COLUMNS)}
        roster = a_list(officer, columns=columns, total_rows=len(raw))
        for at, cells in enumerate(raw):
            RosterRowFactory(roster=roster, number=at + 2, raw=cells)
        return roster

    return make
