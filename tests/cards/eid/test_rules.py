"""L23 and L24 on real accounts; what the database holds of them; and how an account follows a merge."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Setting
from cards.models import EidAccount
from registry.cleanup.scan import scan
from registry.duplicates import unmerge
from registry.models import Finding
from tests.conftest import settled
from tests.factories import EidAccountFactory, ResidentFactory
from tests.registry.duplicates.folding import fold, twin_of

pytestmark = pytest.mark.django_db


def found(person) -> set[str]:
    scan([person.pk])
    return set(Finding.objects.filter(state="open", rule__in=["L23", "L24"]).values_list("rule", flat=True))


def days_ago(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)


def test_granted_and_never_activated(resident, officer):
    account = EidAccountFactory(resident=resident, granted_by=officer, granted_at=days_ago(16))
    assert found(resident) == {"L23"}
    Setting.objects.create(code="eid_activation_days", value=30, valid_from=timezone.localdate())
    assert found(resident) == set()
    EidAccount.objects.update(granted_at=days_ago(40))
    assert found(resident) == {"L23"}
    account.refresh_from_db()
    account.state, account.activated_at, account.activated_by = "activated", timezone.now(), officer
    account.save()
    assert found(resident) == set()


@pytest.mark.parametrize(
    ("fields", "rules"),
    [
        ({"phone": "0987654321"}, {"L24"}),
        ({"phone": "0912345678"}, set()),
        ({"phone": ""}, set()),
        ({"phone": "0987654321", "state": "locked"}, set()),
        ({"level": 1, "granted_at": days_ago(90)}, set()),
    ],
    ids=["another phone", "the same", "none", "locked", "level 1"],
)
def test_whom_the_two_rules_find(resident, officer, fields, rules):
    locked = {"locked_at": timezone.now(), "locked_by": officer} if fields.get("state") == "locked" else {}
    EidAccountFactory(resident=resident, granted_by=officer, **fields, **locked)
    assert found(resident) == rules


@pytest.mark.parametrize(
    "wrong",
    [{"state": "activated"}, {"approved_at": timezone.now()}, {"state": "locked"}],
    ids=["activated on no day", "approved by nobody", "locked on no day"],
)
def test_a_state_has_its_day_and_a_day_its_officer(resident, officer, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        EidAccountFactory(resident=resident, granted_by=officer, **wrong)


def test_one_account_a_person_and_one_a_phone(resident, commune, officer):
    EidAccountFactory(resident=resident, granted_by=officer, phone="0987654321")
    other = ResidentFactory(commune=commune)
    for person, phone in ((resident, ""), (other, "0987654321")):
        with pytest.raises(IntegrityError), transaction.atomic():
            EidAccountFactory(resident=person, granted_by=officer, phone=phone)
    EidAccountFactory(resident=other, granted_by=officer, phone="")


def test_an_account_goes_with_its_person_and_comes_back(resident, officer):
    copy = twin_of(resident)
    account = EidAccountFactory(resident=copy, granted_by=officer)
    done = fold(resident, copy, officer)
    account.refresh_from_db()
    assert account.resident == resident
    unmerge.unmerge(done, by=officer, reason="Hai người", pair=unmerge.DIFFERENT)
    account.refresh_from_db()
    assert account.resident == copy


def test_where_both_have_one_the_survivors_stands(commune, officer):
    survivor = settled(commune, number="001190000123")
    copy = twin_of(survivor)
    ours, theirs = (EidAccountFactory(resident=one, granted_by=officer) for one in (survivor, copy))
    fold(survivor, copy, officer)
    for account, holder in ((ours, survivor), (theirs, copy)):
        account.refresh_from_db()
        assert account.resident == holder


def test_accounts_are_kept_to_a_commune(resident, outsider, officer):
    for one in (resident, outsider):
        EidAccountFactory(resident=one, granted_by=officer)
    assert [account.resident for account in EidAccount.objects.in_scope(officer)] == [resident]
