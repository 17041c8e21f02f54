"""Communes in which every figure counts something: and beside each row that counts one that must not."""

import datetime as dt
import uuid

from django.utils import timezone

from accounts.models import Action, AuditEvent, Officer, Unit
from accounts.periods import moment
from cards.models import State, Step
from registry.models import (
    Change,
    FindingState,
    Hamlet,
    Household,
    PairState,
    Resident,
    ResidentState,
    RosterState,
    RowState,
    RuleGroup,
    SecondLook,
    Severity,
)
from tests.factories import (
    ApplicationFactory,
    EidAccountFactory,
    FindingFactory,
    HouseholdFactory,
    IdentityDocumentFactory,
    MembershipFactory,
    MergeFactory,
    OfficerFactory,
    PairFactory,
    ResidenceFactory,
    ResidentFactory,
    RosterFactory,
    RosterRowFactory,
    StockCardFactory,
)

AGES = (3, 10, 16, 20, 30, 50, 70, 85)
LONG_AGO = dt.timedelta(days=400)
SERIOUS = ("D01", "E06", "S01", "L01", "E22")


def fill(unit: Unit) -> Officer:
    """Everything once in one commune; answers the officer who did it and looks after its Thôn 2."""
    officer = OfficerFactory(unit=unit)
    if not Hamlet.objects.filter(commune=unit).exists():
        Hamlet.objects.create(commune=unit, name="Thôn 2", officer=officer)
        Hamlet.objects.create(commune=unit, name="Thôn 3")
    homes = [HouseholdFactory(commune=unit, hamlet=hamlet) for hamlet in ("Thôn 2", "thôn 02", "Thôn 3", "Xóm Lạ")]
    HouseholdFactory(commune=unit, closed_on=dt.date(2026, 1, 1))
    people = _people(unit, homes, officer)
    _cases(people, officer)
    _files(unit, people, officer)
    _identities(people, officer)
    _pairs(people, officer)
    _changes(unit, people, officer)
    _lists(unit, people, officer)
    _trail(unit, officer)
    return officer


def person(unit: Unit, home: Household | None = None, **fields) -> Resident:
    one = ResidentFactory(commune=unit, **fields)
    if home is not None:
        MembershipFactory(household=home, resident=one)
    return one


def _people(unit: Unit, homes: list[Household], officer: Officer) -> list[Resident]:
    this_year = timezone.localdate().year
    people = [
        person(unit, homes[n % len(homes)], birth_year=this_year - age, birth_month=1, birth_day=1, created_by=officer)
        for n, age in enumerate(AGES)
    ]
    people.append(person(unit, birth_year=None, birth_month=None, birth_day=None, confirmed_at=None))
    Resident.objects.filter(pk=people[-1].pk).update(created_at=timezone.now() - LONG_AGO)
    MembershipFactory(household=homes[2], resident=people[0])  # of two households the first counts
    for state in (ResidentState.MOVED, ResidentState.MERGED):
        person(unit, homes[0], state=state)
    for one in people[:5]:
        IdentityDocumentFactory(resident=one, expires_on=None)
    IdentityDocumentFactory(resident=people[2], expires_on=None)  # two cards, one person
    IdentityDocumentFactory(resident=people[5], expires_on=timezone.localdate() - dt.timedelta(days=1))
    IdentityDocumentFactory(resident=people[6], expires_on=None, state="lost")
    IdentityDocumentFactory(resident=people[7], kind="CMND9", expires_on=None)
    for kind in ("temporary", "stay", "absence"):
        ResidenceFactory(resident=people[3], kind=kind, from_on=timezone.localdate())
        ResidenceFactory(resident=people[4], kind=kind, to_on=timezone.localdate() - dt.timedelta(days=1))
    return people


def _cases(people: list[Resident], officer: Officer) -> None:
    now = timezone.now()
    done = {"decided_at": now, "decided_by": officer}
    for rule in SERIOUS:
        group = RuleGroup(rule[0])
        FindingFactory(resident=people[0], rule=rule, group=group)
        FindingFactory(resident=people[1], rule=rule, group=group, state=FindingState.CLOSED, closed_at=now)
        FindingFactory(resident=people[2], rule=rule, group=group, state=FindingState.VERIFIED, **done)
        FindingFactory(resident=people[3], rule=rule, group=group, state=FindingState.SET_ASIDE, **done,
                       set_aside_until=timezone.localdate() + dt.timedelta(days=9))  # fmt: skip
        FindingFactory(resident=people[4], rule=rule, group=group, state=FindingState.CLOSED, closed_at=now - LONG_AGO,
                       opened_at=now - 2 * LONG_AGO)  # fmt: skip
    FindingFactory(resident=people[5], rule="L22", group=RuleGroup.LIVE, severity=Severity.REMIND)
    FindingFactory(resident=people[0], rule="L22", group=RuleGroup.LIVE, severity=Severity.REMIND)


def _files(unit: Unit, people: list[Resident], officer: Officer) -> None:
    today, now = timezone.localdate(), timezone.now()
    received = moment(today - dt.timedelta(days=70))
    for state in State:
        kind, reason = ("first", "from_14") if state == State.SENT_UP else ("change", "g")
        if state not in (State.ARRIVED, State.HANDED_OVER):
            _file(person(unit), officer, state=state, kind=kind, reason=reason)
    for reason in ("from_6", "under_6"):
        _file(person(unit), officer, state=State.DRAFT, kind="first", reason=reason)
    _file(people[6], officer, state=State.PRINTING, kind="reissue", reason="lost",
          promised_on=today - dt.timedelta(days=3))  # fmt: skip
    _file(person(unit), officer, state=State.RECEIVED, promised_on=today - dt.timedelta(days=3), paused_at=now,
          paused_by=officer)  # fmt: skip
    _file(person(unit), officer, state=State.RECEIVED, returned_at=now, assigned_to=None)
    for here_for in (2, 60):
        came = now - dt.timedelta(days=here_for)
        file = _file(person(unit), officer, state=State.ARRIVED, received_at=received, at=came)
        StockCardFactory(application=file, arrived_by=officer, arrived_at=came)
    given = _file(people[5], officer, state=State.HANDED_OVER, received_at=received)
    StockCardFactory(
        application=given, arrived_by=officer, arrived_at=now, state="handed_over", handed_at=now, handed_by=officer
    )
    old = _file(person(unit), officer, state=State.HANDED_OVER, received_at=now - LONG_AGO, at=now - LONG_AGO)
    StockCardFactory(application=old, arrived_by=officer, arrived_at=now - LONG_AGO, state="handed_over",
                     handed_at=now - LONG_AGO, handed_by=officer)  # fmt: skip


def _file(owner: Resident, officer: Officer, *, at: dt.datetime | None = None, **fields):
    if at is not None:
        fields["created_at"] = fields["received_at"]
    file = ApplicationFactory(resident=owner, **{"created_by": officer, "assigned_to": officer, **fields})
    Step.objects.create(application=file, move="x", to_state=file.state, by=officer, at=at or timezone.now())
    return file


def _identities(people: list[Resident], officer: Officer) -> None:
    now = timezone.now()
    steps = {f"{step}_at": now for step in ("collected", "granted", "activated")}
    steps |= {f"{step}_by": officer for step in ("collected", "granted", "activated")}
    for n, level in ((2, 2), (3, 1)):
        EidAccountFactory(resident=people[n], level=level, state="activated", **steps)
    EidAccountFactory(resident=people[4], granted_by=officer, granted_at=now - LONG_AGO)
    merged = ResidentFactory(commune=people[0].commune, state=ResidentState.MERGED)
    EidAccountFactory(resident=merged, granted_by=officer)


def _pairs(people: list[Resident], officer: Officer) -> None:
    decided = {"decided_at": timezone.now(), "decided_by": officer}
    PairFactory(left=people[0], right=people[1])
    PairFactory(left=people[0], right=people[2])
    PairFactory(left=people[0], right=people[3], state=PairState.GONE, found_at=timezone.now() - LONG_AGO)
    pair = PairFactory(left=people[1], right=people[2], state=PairState.DIFFERENT, **decided)
    looked = {"pair": pair, "first_by": officer, "first_verdict": "different", "second_at": timezone.now()}
    second = OfficerFactory(unit=officer.unit)
    for verdict in ("different", "same"):
        SecondLook.objects.create(**looked, second_by=second, second_verdict=verdict)
    SecondLook.objects.create(pair=pair, first_by=officer, first_verdict="same")
    for state in ("done", "undone", "withdrawn"):
        folded = ResidentFactory(commune=people[0].commune, state=ResidentState.MERGED)
        undone = {"undone_at": timezone.now(), "undone_by": officer} if state == "undone" else {}
        done = {"done_at": None} if state == "withdrawn" else {}
        MergeFactory(survivor=people[1], folded=folded, created_by=officer, state=state, **undone, **done)


KINDS = (
    "dang-ky-thuong-tru", "dang-ky-tam-tru", "xoa-thuong-tru", "tam-vang", "luu-tru", "khai-sinh", "khai-tu", "huy-so",
)  # fmt: skip


def _changes(unit: Unit, people: list[Resident], officer: Officer) -> None:
    about = {"commune": unit, "resident": people[0], "created_by": officer}
    decided = {"decided_at": timezone.now(), "decided_by": officer}
    for kind in KINDS:
        Change.objects.create(kind=kind, state="applied", **about, **decided)
    Change.objects.create(kind=KINDS[0], state="refused", **about, **decided)
    Change.objects.create(kind=KINDS[0], **about)
    Change.objects.create(kind=KINDS[0], due_on=timezone.localdate() - dt.timedelta(days=1), **about)


def _lists(unit: Unit, people: list[Resident], officer: Officer) -> None:
    roster = RosterFactory(commune=unit, uploaded_by=officer, state=RosterState.APPLIED, applied_at=timezone.now())
    RosterFactory(commune=unit, uploaded_by=officer)
    row = {"roster": roster, "typed": {}, "resident": people[0]}
    RosterRowFactory(**row, state=RowState.APPLIED, applied_at=timezone.now())
    RosterRowFactory(**row, state=RowState.PARKED)


def _trail(unit: Unit, officer: Officer) -> None:
    where = {
        "actor_badge": officer.badge_number, "actor_name": str(officer), "unit_code": unit.code,
        "unit_name": unit.name, "province_code": unit.parent.code, "public_id": None,
    }  # fmt: skip
    for action, kind in ((Action.CHANGE, "cư dân"), (Action.CHANGE, "hộ"), (Action.SEARCH_OUTSIDE, "")):
        AuditEvent.objects.create(
            action=action, target_kind=kind, sentence="Mẫu", reason="Xác minh nhân thân",
            **where | {"public_id": uuid.uuid4()},
        )  # fmt: skip
