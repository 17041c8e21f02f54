"""Electronic identity accounts for the sample: most people have one, a few are what rules L23 and L24 look for."""

import datetime as dt
from collections.abc import Sequence
from random import Random

from django.utils import timezone

from accounts.models import Officer
from cards.models import EidAccount, EidLevel, EidState
from registry.models import Resident

SHARE, GRANTED_SHARE = 0.6, 0.08
PLANTED = 3
"""How many people each of the two rules finds in a commune."""


def accounts_for(
    people: Sequence[Resident], *, officers: Sequence[Officer], random: Random, today: dt.date
) -> tuple[list[EidAccount], dict[str, list[str]]]:
    """(accounts, rule -> public ids it must find). `people` have nothing else wrong and no card file."""
    known: set[str] = set()
    found: list[EidAccount] = []
    truth: dict[str, list[str]] = {"L23": [], "L24": []}
    for person in people:
        if len(truth["L23"]) < PLANTED:
            truth["L23"].append(str(person.public_id))
            found.append(_account(person, EidState.GRANTED, random.randrange(20, 60), officers, random, today, known))
        elif len(truth["L24"]) < PLANTED and person.phone:
            truth["L24"].append(str(person.public_id))
            account = _account(person, EidState.ACTIVATED, random.randrange(100, 500), officers, random, today, known)
            account.phone = _other_phone(random, known)
            found.append(account)
        elif random.random() < SHARE:
            state = EidState.GRANTED if random.random() < GRANTED_SHARE else EidState.ACTIVATED
            days = random.randrange(1, 12) if state == EidState.GRANTED else random.randrange(30, 700)
            found.append(_account(person, state, days, officers, random, today, known))
    return found, truth


def _account(
    person: Resident, state: EidState, days_ago: int, officers: Sequence[Officer], random: Random, today: dt.date,
    known: set[str],
) -> EidAccount:  # fmt: skip
    """Taken in, approved and granted within a week; the phone is the person's, where nobody else's account has it."""
    granted = timezone.make_aware(dt.datetime.combine(today - dt.timedelta(days=days_ago), dt.time(9, 30)))
    by, taken = random.choice(list(officers)), granted - dt.timedelta(days=5)
    phone = person.phone if person.phone not in known else ""
    known.add(phone)
    active = state == EidState.ACTIVATED
    return EidAccount(
        resident=person, level=EidLevel.TWO, state=state, phone=phone, collected_at=taken, collected_by=by,
        approved_at=granted, approved_by=by, granted_at=granted, granted_by=by,
        activated_at=granted + dt.timedelta(days=2) if active else None, activated_by=by if active else None,
    )  # fmt: skip


def _other_phone(random: Random, known: set[str]) -> str:
    while (phone := f"03{random.randrange(10**8):08d}") in known:
        pass
    known.add(phone)
    return phone
