"""The cast: one commune with its officer, colleague and chief; a stranger next door; those who look from above."""

import datetime as dt
import gc
import os
import time
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.db.models import Model
from django.test import Client

from accounts.models import Holiday, Level, Officer, Unit
from accounts.roles import Role
from accounts.sign_in.middleware import SEEN
from cards.models import Fee, FeeExemption
from registry.models import HouseholdRole, Resident
from tests import emptying, template
from tests.factories import (
    HouseholdFactory,
    HouseholdRoleFactory,
    IdentityNumberFactory,
    MembershipFactory,
    OfficerFactory,
    RelationFactory,
    ResidenceFactory,
    ResidentFactory,
    UnitFactory,
)

ClientOf = Callable[[Officer], Client]
CATALOGUES = [Holiday, HouseholdRole, Fee, FeeExemption]
_catalogues: dict[type[Model], list[Model]] = {}


def pytest_collection_finish() -> None:
    """What is loaded and collected by now stays to the end: looking through it for garbage again and again takes a
    twelfth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Each worker's database is a copy of one that is migrated already."""
    settings.DATABASES["default"]["TEST"]["TEMPLATE"] = template.ready(os.environ["DATABASE_URL"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests that commit empty their tables afterwards; only for them may the audit trail be truncated."""
    emptying.install()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditevent DISABLE TRIGGER audit_trail_never_emptied")
        for model in CATALOGUES:
            _catalogues[model] = list(model.objects.all())


@pytest.fixture
def catalogues(transactional_db) -> None:
    """The rows that migrations brought (fees, holidays, roles), back again after a test that emptied the tables."""
    for model, rows in _catalogues.items():
        if not model.objects.exists():
            model.objects.bulk_create(rows)


@pytest.fixture
def province(db) -> Unit:
    return UnitFactory(code="20", name="Tỉnh Mẫu", level=Level.PROVINCE)


@pytest.fixture
def commune(province: Unit) -> Unit:
    return UnitFactory(code="06001", name="Xã Mẫu Sơn", parent=province)


@pytest.fixture
def other_commune(province: Unit) -> Unit:
    return UnitFactory(code="06002", name="Xã Mẫu Hạ", parent=province)


@pytest.fixture
def officer(commune: Unit) -> Officer:
    return OfficerFactory(badge_number="MS-001", full_name="Lê Mẫu Hải", unit=commune)


@pytest.fixture
def colleague(commune: Unit) -> Officer:
    return OfficerFactory(badge_number="MS-002", full_name="Trần Mẫu Vân", rank="Trung úy", unit=commune)


@pytest.fixture
def chief(commune: Unit) -> Officer:
    return OfficerFactory(
        badge_number="MS-010", full_name="Phạm Mẫu Quang", rank="Trung tá", unit=commune, role=Role.CHIEF
    )


@pytest.fixture
def stranger(other_commune: Unit) -> Officer:
    return OfficerFactory(badge_number="MH-001", full_name="Đỗ Mẫu Lạ", unit=other_commune)


@pytest.fixture
def supervisor(province: Unit) -> Officer:
    return OfficerFactory(badge_number="T20-01", full_name="Vũ Mẫu Tỉnh", unit=province, role=Role.PROVINCE_SUPERVISOR)


@pytest.fixture
def ministry(db) -> Officer:
    return OfficerFactory(badge_number="BCA-01", full_name="Ngô Mẫu Bộ", role=Role.MINISTRY_SUPERVISOR)


@pytest.fixture
def auditor(db) -> Officer:
    return OfficerFactory(badge_number="KT-01", full_name="Bùi Mẫu Kiểm", role=Role.AUDITOR)


@pytest.fixture
def administrator(db) -> Officer:
    return OfficerFactory(badge_number="QT-01", full_name="Hồ Mẫu Quản", role=Role.ADMINISTRATOR)


def session_of(officer: Officer) -> str:
    """The key of a new session, as signing in leaves it behind, with the idle clock running.

    Not by `Client.force_login`, which writes the session three times and the officer once.
    """
    session = SessionStore()
    session[SESSION_KEY] = str(officer.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = officer.get_session_auth_hash()
    session[SEEN] = time.time()
    session.save()
    return str(session.session_key)


@pytest.fixture
def client_of(db) -> ClientOf:
    """An officer's signed-in browser, whose idle clock already runs."""

    def sign_in(officer: Officer) -> Client:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = session_of(officer)
        return client

    return sign_in


def settled(commune: Unit, *, number: str, name: str = "Nguyễn Thị Mẫu Lan", **fields) -> Resident:
    """A resident with a number, parents, a household of which she is head, and a permanent residence."""
    resident = ResidentFactory(commune=commune, full_name=name, **fields)
    IdentityNumberFactory(resident=resident, number=number)
    RelationFactory(resident=resident, kind="father", name="Nguyễn Văn Mẫu")
    RelationFactory(resident=resident, kind="mother", name="Lê Thị Mẫu")
    ResidenceFactory(resident=resident)
    ResidenceFactory(resident=resident, kind="present")
    head = HouseholdRoleFactory(code="CHU_HO", name="Chủ hộ")
    MembershipFactory(
        household=HouseholdFactory(commune=commune), resident=resident, role=head, from_on=dt.date(2010, 1, 1)
    )
    return resident


@pytest.fixture
def resident(commune: Unit) -> Resident:
    return settled(commune, number="001190000123")


@pytest.fixture
def outsider(other_commune: Unit) -> Resident:
    """The bait: a person next door who could leak."""
    return settled(other_commune, number="001190000999", name="Nguyễn Thị Mẫu Lạ")
