"""Two records of one person for the tests of merging: an order as the page gives it, and one of everything."""

import datetime as dt
import json
import uuid
from typing import Any

from django.apps import apps
from django.utils import timezone

from accounts.models import Draft, Officer, Unit
from cards.models import (
    Appointment,
    Batch,
    BatchLine,
    Component,
    Contact,
    EidStep,
    Invitation,
    Receipt,
    ReceiptCopy,
    Scan,
    Step,
    StockCard,
)
from registry.duplicates import choosing, merge, planned
from registry.duplicates.merge import Order
from registry.duplicates.moving import FOLDED, SURVIVOR  # noqa: F401 - the tests take both from here
from registry.events.memory import KEY
from registry.models import (
    Change,
    ChangedPerson,
    DocumentImage,
    DuplicatePair,
    FieldLine,
    FieldSheet,
    MatchProfile,
    Merge,
    Relation,
    Resident,
)
from tests.conftest import settled
from tests.factories import (
    ApplicationFactory,
    CardScanFactory,
    EidAccountFactory,
    FindingFactory,
    HouseholdFactory,
    IdentityDocumentFactory,
    IdentityNumberFactory,
    MembershipFactory,
    PairFactory,
    ResidenceFactory,
    ResidentFactory,
)

REASON = "Cùng một người, đã xem giấy khai sinh"


def chosen_of(survivor: Resident, folded: Resident, **given: str) -> dict[str, str]:
    """What the page proposes, and what was chosen otherwise (name of a choice -> "survivor" or "folded")."""
    choices = choosing.choices_between(survivor, folded)
    sides = {name: choosing.LEFT if what == SURVIVOR else choosing.RIGHT for name, what in given.items()}
    return choosing.for_survivor(choosing.resolved(choices, sides), choosing.LEFT)


def order_of(
    survivor: Resident, folded: Resident, by: Officer, *, given: dict[str, str] | None = None, **more
) -> Order:
    """An order for what the officer has just looked at."""
    chosen = chosen_of(survivor, folded, **(given or {}))
    seen = merge.preview(survivor, folded, chosen, by=by)
    told = {"token": uuid.uuid4(), "reason": REASON, "seen": seen.seal} | more
    return Order(survivor, folded, chosen, by, **told)


def fold(survivor: Resident, folded: Resident, by: Officer, **given: str) -> Merge:
    """Merge at once what was just looked at."""
    return merge.apply(order_of(survivor, folded, by, given=given))[0]


def merged_by_two(survivor: Resident, folded: Resident, by: Officer, second: Officer, **given: str) -> Merge:
    """Asked for by one officer, agreed to by another."""
    order = order_of(survivor, folded, by, given=given)
    asked, _ = merge.ask(order)
    return planned.agree(asked, by=second, seen=order.seen)


def twin_of(person: Resident, **fields: Any) -> Resident:
    """The same person recorded a second time, poorer: no number, no household."""
    told = {"commune": person.commune, "full_name": "NGUYEN THI MAU LAN", "birth_day": None, "phone": ""} | fields
    if told["birth_day"] is None:
        told["birth_month"] = None
    return ResidentFactory(**told)


def pair_of(one: Resident, other: Resident, **fields: Any) -> DuplicatePair:
    left, right = sorted((one, other), key=lambda person: person.pk)
    return PairFactory(left=left, right=right, **fields)


def with_everything(commune: Unit, officer: Officer) -> tuple[Resident, Resident]:
    """(survivor, folded): a row of every table on the folded record, most of them in clash with the survivor's."""
    survivor = settled(commune, number="001190000123")
    folded = settled(commune, number="001190000456", name="Nguyễn Thị Mẫu Lam", phone="0987654321", home_town="Xã Cũ")
    folded.religion, folded.sources = "01", {"phone": {"source": "QR", "on": "2026-11-01"}}
    folded.save()
    _kin(survivor, folded, commune)
    _numbers_and_papers(survivor, folded, officer)
    ResidenceFactory(resident=folded, kind="stay", from_on=dt.date(2026, 1, 1), to_on=dt.date(2026, 1, 3))
    ResidenceFactory(resident=folded, from_on=dt.date(1990, 1, 1), to_on=dt.date(2009, 1, 1))
    MembershipFactory(resident=folded, household=HouseholdFactory(commune=commune), to_on=dt.date(2012, 1, 1))
    for rule, state in (("E06", "open"), ("E07", "verified"), ("E08", "set_aside"), ("E09", "closed")):
        FindingFactory(resident=folded, rule=rule, state=state, claimed_by=officer if rule == "E06" else None)
    FindingFactory(resident=survivor, rule="E08")
    _work_done(survivor, folded, officer)
    _pairs(survivor, folded, commune, officer)
    _visited(survivor, folded, officer)
    _at_the_card_desk(survivor, folded, officer)
    MatchProfile.objects.update_or_create(resident=folded, defaults={"name": "nguyen thi mau lam", "keys": [1, -2, 3]})
    Draft.objects.create(officer=officer, path=f"/cu-dan/{folded.public_id}/sua/", fields={"phone": ["0900"]})
    return survivor, folded


def _at_the_card_desk(survivor: Resident, folded: Resident, officer: Officer) -> None:
    """A file with a row of every table that hangs on a file, an account with a step, calls and letters."""
    file = ApplicationFactory(resident=folded, created_by=officer, state="handed_over")
    told, now = {"application": file}, timezone.now()
    Step.objects.create(move="hand_over", to_state="handed_over", by=officer, **told)
    Component.objects.create(code="cc01", checked_by=officer, is_there=True, **told)
    Scan.objects.create(component="cc01", name="CC01.pdf", kind="pdf", content=b"%PDF", sha256="2" * 64,
                        added_by=officer, **told)  # fmt: skip
    Appointment.objects.create(commune=folded.commune, purpose="handover", starts_at=now, created_by=officer,
                               ends_at=now + dt.timedelta(hours=1), **told)  # fmt: skip
    StockCard.objects.create(commune=folded.commune, state="handed_over", arrived_by=officer, handed_at=now,
                             handed_by=officer, **told)  # fmt: skip
    slip = Receipt.objects.create(commune=folded.commune, year=2026, serial=1, content={}, **told)
    ReceiptCopy.objects.create(receipt=slip, n=1, paper="A5", by=officer)
    batch = Batch.objects.create(commune=folded.commune, year=2026, serial=1, day=now.date(), created_by=officer)
    BatchLine.objects.create(batch=batch, position=1, result="arrived", **told)
    account = EidAccountFactory(resident=folded, granted_by=officer, phone="0987654321", application=file)
    EidStep.objects.create(account=account, move="grant", from_state="approved", to_state="granted", by=officer)
    for about in ("card", "eid"):
        Contact.objects.create(resident=folded, about=about, result="will_come", by=officer, **told)
    letter = {"commune": folded.commune, "due_on": now.date(), "year": 2026, "made_by": officer}
    Invitation.objects.create(resident=survivor, why="expired", serial=1, **letter)
    for serial, why in ((2, "expired"), (3, "cmnd")):
        Invitation.objects.create(resident=folded, why=why, serial=serial, **letter)


def _visited(survivor: Resident, folded: Resident, officer: Officer) -> None:
    """A sheet with both on it, the folded one's outcome typed in."""
    home = folded.memberships.filter(to_on=None).get().household
    sheet = FieldSheet.objects.create(commune=folded.commune, year=2026, serial=1, created_by=officer)
    told = {"sheet": sheet, "household": home}
    FieldLine.objects.create(position=1, resident=survivor, told={"name": survivor.full_name}, **told)
    FieldLine.objects.create(position=2, resident=folded, told={"name": folded.full_name}, outcome="4",
                             visited_on=dt.date(2026, 11, 20), entered_at=timezone.now(), entered_by=officer,
                             follow_up="open", **told)  # fmt: skip


def _kin(survivor: Resident, folded: Resident, commune: Unit) -> None:
    child, father, spouse, both = (ResidentFactory(commune=commune, full_name=f"Người Mẫu {n}") for n in range(4))
    ties = [
        (folded, "child", child), (child, "mother", folded), (folded, "spouse", spouse), (spouse, "spouse", folded),
        (folded, "child", both), (both, "mother", folded), (survivor, "child", both), (both, "mother", survivor),
        (father, "child", folded),
    ]  # fmt: skip
    for holder, kind, person in ties:
        Relation.objects.create(resident=holder, kind=kind, person=person, name=person.full_name)
    Relation.objects.filter(resident=folded, kind="father").update(person=father, name=father.full_name)
    Relation.objects.create(resident=folded, kind="guardian", name="Người Cũ", is_current=False)


def _numbers_and_papers(survivor: Resident, folded: Resident, officer: Officer) -> None:
    for person in (survivor, folded):
        IdentityNumberFactory(resident=person, kind="CMND9", number="012345678")
        document = IdentityDocumentFactory(resident=person)
        DocumentImage.objects.create(document=document, jpeg=b"\xff\xd8", sha256="0" * 64, added_by=officer)
    DocumentImage.objects.create(document=document, jpeg=b"\xff\xd8\xff", sha256="1" * 64, added_by=officer)
    IdentityNumberFactory(resident=folded, kind="SDDCN_DA_HUY", number="001190000777", is_active=False)
    IdentityDocumentFactory(resident=folded, kind="CMND9", number="012345678", state="lost")
    CardScanFactory(resident=folded, by=officer)


def _work_done(survivor: Resident, folded: Resident, officer: Officer) -> None:
    told = {"commune": survivor.commune, "created_by": officer, "state": "applied", "decided_by": officer}
    now = timezone.now()
    own = Change.objects.create(kind="ket-hon", resident=folded, decided_at=now, **told)
    own.fields = {KEY: [json.dumps({"row": "resident", "id": folded.pk, "of": folded.pk, "was": {}, "now": {}})]}
    own.save()
    shared = Change.objects.create(kind="ket-hon", resident=survivor, decided_at=now, **told)
    for change, person in ((own, folded), (shared, survivor), (shared, folded)):
        ChangedPerson.objects.create(change=change, resident=person)


def _pairs(survivor: Resident, folded: Resident, commune: Unit, officer: Officer) -> None:
    thirds = [ResidentFactory(commune=commune, full_name=f"Người Thứ Ba {n}") for n in range(3)]
    pair_of(survivor, folded)
    pair_of(folded, thirds[0])
    decided = {"state": "different", "decided_at": timezone.now(), "decided_by": officer}
    pair_of(folded, thirds[1], decided_on={"left": {"name": "aa"}, "right": {"name": "bb"}}, **decided)
    pair_of(folded, thirds[2])
    pair_of(survivor, thirds[2])


# --- the whole database, row by row ----------------------------------------------------------------------------------

LEFT_OUT = {
    "accounts.AuditEvent": "the trail is only ever added to",
    "pghistory.Context": "history is only ever added to, as every table that ends in Event",
    "pghistory.Events": "a view of all history",
    "pghistory.MiddlewareEvents": "a view of all history",
    "registry.Merge": "the merge itself stays, as undone",
    "registry.MergeMove": "its ledger stays",
    "registry.DuplicateCase": "grouped anew from the pairs whenever they change",
}
COLUMNS_LEFT_OUT = {
    "registry.Resident": {"scan_due", "matching_due", "updated_at"},  # the workers' marks
    "registry.DuplicatePair": {"case_id"},  # grouped anew
}


def database(*, but: dict[tuple[str, int], set[str]] | None = None) -> dict[str, dict[Any, dict[str, Any]]]:
    """Every row of every table. `but`: columns of single rows that are not looked at."""
    found: dict[str, dict[Any, dict[str, Any]]] = {}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label
        if label in LEFT_OUT or model.__name__.endswith("Event") or not model._meta.managed:
            continue
        left_out = COLUMNS_LEFT_OUT.get(label, set())
        names = [one.attname for one in model._meta.concrete_fields if one.attname not in left_out]
        rows = {row["pk"]: row for row in model._base_manager.order_by("pk").values("pk", *names)}
        for (table, pk), columns in (but or {}).items():
            if table == label and pk in rows:
                rows[pk] = {name: value for name, value in rows[pk].items() if name not in columns}
        found[label] = rows
    return found


def differences(before: dict, after: dict) -> list[str]:
    told = []
    for label, rows in before.items():
        now = after[label]
        told += [f"{label} {pk} is gone" for pk in rows.keys() - now.keys()]
        told += [f"{label} {pk} is new" for pk in now.keys() - rows.keys()]
        for pk in rows.keys() & now.keys():
            changed = [name for name in rows[pk] if rows[pk][name] != now[pk][name]]
            told += [f"{label} {pk} {name}: {rows[pk][name]!r} -> {now[pk][name]!r}" for name in changed]
    return told
