"""Three communes that hold something for every figure: the own, its neighbour, and one of another province."""

import pytest

from accounts.models import Level, Officer, Unit
from tests.factories import PairFactory, ResidentFactory, UnitFactory
from tests.supervision.world import fill


@pytest.fixture
def elsewhere(db) -> Unit:
    """A commune of another province: the bait for the province supervisor."""
    far = UnitFactory(code="30", name="Tỉnh Xa", level=Level.PROVINCE)
    return UnitFactory(code="09001", name="Xã Mẫu Xa", parent=far)


@pytest.fixture
def worker(commune: Unit) -> Officer:
    """The own commune, filled; answers who did the work there."""
    return fill(commune)


@pytest.fixture
def filled(worker: Officer, commune: Unit, other_commune: Unit, elsewhere: Unit) -> Officer:
    """All three, with pairs across."""
    for unit in (other_commune, elsewhere):
        fill(unit)
    for left, right in ((commune, other_commune), (other_commune, elsewhere)):
        PairFactory(left=ResidentFactory(commune=left), right=ResidentFactory(commune=right))
    return worker
