"""Registry's other lists that may leave as a file: households and who lives in them, clean-up, doubles, changes."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from django.db.models import F, OuterRef
from django.http import QueryDict

from accounts.lists import order_of
from accounts.models import Officer
from accounts.roles import Right
from accounts.scope import answers_for
from registry.changes.tables import ChangeFilter, ChangeTable
from registry.cleanup import queues
from registry.cleanup.checklist import Item
from registry.cleanup.tables import FindingFilter, FindingTable, standing_of
from registry.cleanup.tables import listed as listed_findings
from registry.duplicates import score
from registry.duplicates.tables import CaseFilter, CaseTable, shown_pair
from registry.duplicates.tables import listed as listed_cases
from registry.models import HEAD, Change, Finding, Household, IdentityNumber, Membership, NumberKind, Resident
from registry.residents.masking import masked_text
from registry.residents.tables import HouseholdFilter, HouseholdTable, listed_homes
from registry.rosters.out.kinds import (
    QUEUE,
    Asked,
    Column,
    Kind,
    UnknownList,
    asked,
    asking,
    day,
    moment,
    register,
    sorted_rows,
    words_of,
)
from registry.rosters.out.people import RESIDENTS


def sign_up() -> None:
    register(RESIDENTS, HOUSEHOLDS, HOUSEMATES, FINDINGS, CASES, CHANGES)


def born(person: Resident) -> str:
    return person.known_birth.display() if person.known_birth else ""


def sex(person: Resident) -> str:
    return person.get_sex_display() if person.sex else ""


def number_of(person: str) -> Any:
    """The personal number as a subquery of one column; `person` is the path to the resident."""
    held = IdentityNumber.objects.filter(resident=OuterRef(person), kind=NumberKind.PERSONAL, is_active=True)
    return held.values("number")[:1]


# --- households -------------------------------------------------------------------------------------------------------


def _homes(officer: Officer, query: QueryDict) -> tuple[HouseholdTable, HouseholdFilter]:
    rows = Household.objects.in_scope(officer).filter(closed_on=None)
    filtered = HouseholdFilter(query, rows, request=asking(officer, query))
    return HouseholdTable(listed_homes(filtered.qs)), filtered


def homes_asked(officer: Officer, query: QueryDict) -> Asked:
    table, filtered = _homes(officer, query)
    found = asked(table, filtered, query)
    heads = Membership.objects.filter(household=OuterRef("pk"), to_on=None, role__code=HEAD)
    return replace(found, rows=found.rows.annotate(head_person=heads.values("resident")[:1]))


def housemates_asked(officer: Officer, query: QueryDict) -> Asked:
    """Everybody of the households of the list, household by household in its order, the head first."""
    table, filtered = _homes(officer, query)
    homes = sorted_rows(table, query)
    paths = [(F(f"household__{path}"), down) for path, down in order_of(homes)]
    order = [path.desc() if down else path.asc() for path, down in paths]
    rows = Membership.objects.in_scope(officer).filter(to_on=None, household__in=homes.order_by().values("pk"))
    shown = rows.select_related("household", "resident", "role").annotate(number=number_of("resident"))
    return Asked(shown.order_by(*order, F("role__position").asc(nulls_last=True), "pk"), words_of(filtered))


def _head(row: Any) -> list[int]:
    return [row.head_person] if row.head_person else []


HOUSEHOLDS: Final = Kind(
    "ho", "Danh sách hộ gia đình", Right.RESIDENT_VIEW, "registry:households", homes_asked,
    columns=[
        Column("code", "Số hộ", lambda row: row.code, 10),
        Column("head", "Chủ hộ", lambda row: row.head_name or "", 28),
        Column("hamlet", "Thôn, tổ", lambda row: row.hamlet, 20),
        Column("street", "Số nhà, đường", lambda row: row.street, 30),
        Column("members", "Nhân khẩu", lambda row: str(row.member_count), 11),
    ],
    people=_head,
)  # fmt: skip

HOUSEMATES: Final = Kind(
    "nhan-khau", "Danh sách hộ gia đình và nhân khẩu", Right.RESIDENT_VIEW, "registry:households", housemates_asked,
    columns=[
        Column("code", "Số hộ", lambda row: row.household.code, 10),
        Column("hamlet", "Thôn, tổ", lambda row: row.household.hamlet, 20),
        Column("street", "Số nhà, đường", lambda row: row.household.street, 28, is_on=False),
        Column("role", "Quan hệ với chủ hộ", lambda row: row.role.name if row.role else "", 18),
        Column("full_name", "Họ và tên", lambda row: row.resident.full_name, 28),
        Column("birth", "Ngày sinh", lambda row: born(row.resident), 12),
        Column("sex", "Giới tính", lambda row: sex(row.resident), 10),
        Column("number", "Số định danh", lambda row: row.number or "", 15),
        Column("phone", "Điện thoại", lambda row: row.resident.phone, 14, is_on=False),
        Column("state", "Tình trạng", lambda row: row.resident.get_state_display(), 15, is_on=False),
        Column("ethnic_group", "Dân tộc", lambda row: row.resident.ethnic_group_name, 12, is_sensitive=True,
               is_on=False),
        Column("religion", "Tôn giáo", lambda row: row.resident.religion_name, 14, is_sensitive=True, is_on=False),
    ],
    people=lambda row: [row.resident_id],
)  # fmt: skip


# --- clean-up ---------------------------------------------------------------------------------------------------------


def findings_asked(officer: Officer, query: QueryDict) -> Asked:
    queue = queues.named(query.get(QUEUE, queues.EVERYTHING))
    if queue is None:
        raise UnknownList(query[QUEUE])
    rows = queue.narrow(Finding.objects.in_scope(officer))
    called, wanted = "" if queue == queues.ALL else queue.called, query.get("cu_dan", "")
    if wanted:
        person = _person(officer, wanted)
        rows, called = rows.filter(resident=person), f"của {person.full_name}"
    shown = listed_findings(rows).annotate(number=number_of("resident"))
    filtered = FindingFilter(query, shown, officer=officer, queue=queue)
    return asked(FindingTable(filtered.qs), filtered, query, called=called)


def _person(officer: Officer, wanted: str) -> Resident:
    try:
        found = Resident.objects.in_scope(officer).filter(public_id=uuid.UUID(wanted)).first()
    except ValueError:
        found = None
    if found is None:
        raise UnknownList(wanted)
    return found


def _standing(row: Finding) -> str:
    return ": ".join(filter(None, standing_of(row)))


FINDINGS: Final = Kind(
    "lam-sach", "Danh sách việc làm sạch", Right.CLEANUP_VIEW, "registry:cleanup_queue", findings_asked,
    columns=[
        Column("severity", "Mức", lambda row: Item(row).severity_label, 12),
        Column("rule", "Quy tắc", lambda row: row.rule, 9),
        Column("title", "Việc", lambda row: Item(row).title, 40),
        Column("sentence", "Nội dung", lambda row: Item(row).sentence, 50),
        Column("person", "Cư dân", lambda row: row.resident.full_name, 28),
        Column("birth", "Ngày sinh", lambda row: born(row.resident), 12),
        Column("number", "Số định danh", lambda row: row.number or "", 15, is_on=False),
        Column("hamlet", "Thôn, tổ", lambda row: row.hamlet or "", 20),
        Column("opened_at", "Đã mở", lambda row: day(row.opened_at), 12),
        Column("standing", "Tình trạng", _standing, 36),
    ],
    people=lambda row: [row.resident_id],
)  # fmt: skip


# --- suspected doubles ------------------------------------------------------------------------------------------------


class Case:
    """A case with the pair that stands for it. Of somebody outside the officer's communes the numbers stay masked."""

    def __init__(self, row: Any, officer: Officer, certain_at: int) -> None:
        self.row, self.pair = row, shown_pair(row)
        self.left, self.right = self.pair.left, self.pair.right
        is_cross = not all(answers_for(officer, one.commune) for one in (self.left, self.right))
        self.why = masked_text(self.pair.sentence) if is_cross else self.pair.sentence
        self.band = score.band(row.score, row.kind, certain_at)[1]


def cases_asked(officer: Officer, query: QueryDict) -> Asked:
    certain_at = score.certain_at()
    filtered = CaseFilter(query, listed_cases(officer), officer=officer, certain_at=certain_at)
    return asked(CaseTable(filtered.qs, certain_at=certain_at), filtered, query)


def _with_pairs(rows: Sequence[Any], officer: Officer) -> list[Case]:
    certain_at = score.certain_at()
    return [Case(row, officer, certain_at) for row in rows]


CASES: Final = Kind(
    "nghi-trung", "Danh sách vụ nghi trùng", Right.CLEANUP_VIEW, "registry:duplicates", cases_asked,
    columns=[
        Column("left", "Hồ sơ 1", lambda one: one.left.full_name, 28),
        Column("left_birth", "Ngày sinh 1", lambda one: born(one.left), 12),
        Column("left_commune", "Xã 1", lambda one: one.left.commune.name, 20),
        Column("right", "Hồ sơ 2", lambda one: one.right.full_name, 28),
        Column("right_birth", "Ngày sinh 2", lambda one: born(one.right), 12),
        Column("right_commune", "Xã 2", lambda one: one.right.commune.name, 20),
        Column("why", "Vì sao nghi trùng", lambda one: one.why, 60),
        Column("band", "Mức", lambda one: one.band, 18),
        Column("people", "Số hồ sơ", lambda one: str(one.row.people), 9),
        Column("found_at", "Phát hiện ngày", lambda one: day(one.row.found_at), 14),
        Column("closed_at", "Xong lúc", lambda one: moment(one.row.closed_at), 17, is_on=False),
    ],
    people=lambda one: [one.left.pk, one.right.pk], gather=_with_pairs,
)  # fmt: skip


# --- residence and civil status ---------------------------------------------------------------------------------------


def changes_asked(officer: Officer, query: QueryDict) -> Asked:
    rows = Change.objects.in_scope(officer).select_related("resident", "household", "created_by")
    filtered = ChangeFilter(query, rows)
    if not (filtered.form.is_valid() and filtered.form.cleaned_data.get("state")):
        filtered = ChangeFilter(query, rows.waiting())
    return asked(ChangeTable(filtered.qs), filtered, query)


CHANGES: Final = Kind(
    "cu-tru-ho-tich", "Danh sách việc cư trú, hộ tịch", Right.RESIDENT_VIEW, "registry:changes", changes_asked,
    columns=[
        Column("kind", "Việc", lambda row: row.title, 34),
        Column("who", "Người, hộ", lambda row: str(row.resident or row.household), 30),
        Column("birth", "Ngày sinh", lambda row: born(row.resident) if row.resident else "", 12),
        Column("received_on", "Nhận ngày", lambda row: day(row.received_on), 12),
        Column("due_on", "Hạn", lambda row: day(row.due_on), 12),
        Column("created_by", "Cán bộ", lambda row: row.created_by.full_name, 24),
        Column("state", "Tình trạng", lambda row: row.get_state_display(), 18),
        Column("decided_at", "Quyết định lúc", lambda row: moment(row.decided_at), 17, is_on=False),
    ],
    people=lambda row: [row.resident_id] if row.resident_id else [],
)  # fmt: skip
