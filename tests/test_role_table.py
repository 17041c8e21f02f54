"""Role × view: who may open what. A view that is not in this table fails the suite."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import AuditEvent, Draft, Level, Officer
from accounts.roles import Role
from cards.models import PrintJob, Receipt, ReceiptCopy, ReceiptFile, ResultFile
from registry.addresses.divided import slug_of
from registry.changes import kinds
from registry.fieldwork.making import make
from registry.models import Change, DocumentImage, FieldPrint, FieldSheet, Hamlet, Job, RepairRun, Roster, SecondLook
from tests.factories import (
    ApplicationFactory,
    AppointmentFactory,
    BatchFactory,
    CardScanFactory,
    EidAccountFactory,
    FindingFactory,
    FrozenPeriodFactory,
    IdentityDocumentFactory,
    InvitationFactory,
    ListExportFactory,
    MergeFactory,
    OfficerFactory,
    PairFactory,
    ReportFactory,
    RequestFactory,
    ResidentFactory,
    ScanFactory,
    SlotRuleFactory,
    StockCardFactory,
    TargetFactory,
    UnitFactory,
)

OFFICER, CHIEF = Role.OFFICER, Role.CHIEF
PROVINCE, MINISTRY = Role.PROVINCE_SUPERVISOR, Role.MINISTRY_SUPERVISOR
AUDITOR, ADMINISTRATOR = Role.AUDITOR, Role.ADMINISTRATOR

EVERYONE = frozenset(Role)
READERS = frozenset({OFFICER, CHIEF, PROVINCE, MINISTRY})
WRITERS = frozenset({OFFICER, CHIEF})
CHIEFS = frozenset({CHIEF})
WATCHERS = frozenset({CHIEF, PROVINCE, MINISTRY})
ABOVE = frozenset({PROVINCE, MINISTRY})
A_FORM = f"/cu-dan/ghi-nhan/{uuid.uuid4()}/"


@dataclass(frozen=True)
class Row:
    roles: frozenset[Role]
    args: tuple[str, ...] = ()  # names of the things below
    method: str = "get"
    query: dict[str, str] = field(default_factory=dict, hash=False)


TABLE: dict[str, Row] = {
    "accounts:home": Row(EVERYONE),
    "accounts:audit_trail": Row(frozenset({AUDITOR})),
    "accounts:stay": Row(EVERYONE, method="post"),
    "accounts:draft": Row(EVERYONE, method="post", query={"path": A_FORM}),
    "accounts:draft_forget": Row(EVERYONE, method="post", query={"path": A_FORM}),
    "accounts:draft_look": Row(WRITERS, ("draft",)),
    "accounts:draft_take": Row(WRITERS, ("draft",), method="post"),
    "accounts:draft_drop": Row(WRITERS, ("draft",), method="post"),
    "accounts:units": Row(EVERYONE, query={"q": "mau"}),
    "accounts:unit_lookup": Row(EVERYONE, query={"ten": "mau", "ngay": "01/07/2025"}),
    "registry:search": Row(READERS, query={"q": "nguyen"}),
    "registry:suggest": Row(READERS, query={"q": "nguyen"}),
    "registry:scan": Row(READERS),
    "registry:scan_compare": Row(WRITERS, ("scan",)),
    "registry:scan_form": Row(WRITERS, ("token",), method="post"),
    "registry:residents": Row(READERS),
    "registry:resident_new": Row(WRITERS),
    "registry:resident_form": Row(WRITERS, ("token",)),
    "registry:decode": Row(WRITERS, method="post"),
    "registry:read_name": Row(WRITERS, method="post"),
    "registry:resident": Row(READERS, ("resident",)),
    "registry:resident_edit": Row(WRITERS, ("resident",)),
    "registry:resident_confirm": Row(WRITERS, ("resident",), method="post"),
    "registry:resident_homes": Row(READERS, ("resident",)),
    "registry:resident_family": Row(READERS, ("resident",)),
    "registry:resident_history": Row(READERS, ("resident",)),
    "registry:resident_trail": Row(READERS, ("resident",)),
    "registry:resident_checklist": Row(READERS, ("resident",)),
    "registry:relation_end": Row(WRITERS, ("resident", "relation"), method="post"),
    "registry:reveal": Row(WRITERS, ("resident", "field")),
    "registry:paper": Row(READERS, ("document",)),
    "registry:paper_image": Row(WRITERS, ("document_image",)),
    "registry:paper_image_add": Row(WRITERS, ("document",), method="post"),
    "registry:paper_image_remove": Row(WRITERS, ("document_image",), method="post"),
    "registry:households": Row(READERS),
    "registry:household": Row(READERS, ("household",)),
    "registry:changes": Row(READERS),
    "registry:change": Row(READERS, ("change",)),
    "registry:change_decide": Row(WRITERS, ("change",), method="post"),
    "registry:pick_person": Row(WRITERS, method="post", query={"o": "who"}),
    "registry:resident_change_new": Row(WRITERS, ("resident", "resident_kind")),
    "registry:resident_change": Row(WRITERS, ("resident", "resident_kind", "token")),
    "registry:household_change_new": Row(WRITERS, ("household", "household_kind")),
    "registry:household_change": Row(WRITERS, ("household", "household_kind", "token")),
    "registry:address_split": Row(WRITERS, method="post"),
    "registry:divided": Row(WRITERS),
    "registry:divided_hamlet": Row(WRITERS, ("divided_unit",), query={"thon": "thon 2"}),
    "registry:hamlets": Row(READERS),
    "registry:hamlet_add": Row(CHIEFS, method="post"),
    "registry:hamlet_call": Row(CHIEFS, method="post"),
    "registry:hamlet": Row(CHIEFS, ("hamlet",)),
    "registry:hamlet_officer": Row(CHIEFS, ("hamlet",), method="post"),
    "registry:hamlet_close": Row(CHIEFS, ("hamlet",), method="post"),
    "registry:cleanup": Row(READERS),
    "registry:cleanup_rules": Row(EVERYONE),
    "registry:cleanup_rule": Row(EVERYONE, ("rule",)),
    "registry:cleanup_queue": Row(READERS, ("group",)),
    "registry:cleanup_next": Row(WRITERS, ("group",), method="post"),
    "registry:cleanup_case": Row(READERS, ("finding",)),
    "registry:finding_decide": Row(WRITERS, ("finding",), method="post"),
    "registry:finding_fix": Row(WRITERS, ("finding",), method="post"),
    "registry:scores": Row(READERS),
    "registry:scores_people": Row(READERS, ("score",)),
    "registry:scores_cases": Row(READERS, ("score",)),
    "registry:scores_households": Row(READERS),
    "registry:scores_household": Row(READERS, ("household",)),
    "registry:scores_resident": Row(READERS, ("resident",)),
    "registry:limits": Row(WATCHERS | {ADMINISTRATOR}),
    "registry:limit": Row(WATCHERS | {ADMINISTRATOR}, ("limit",), query={"value": "3"}),
    "registry:limit_draw": Row(frozenset({ADMINISTRATOR}), ("limit",), method="post"),
    "registry:repairs": Row(WRITERS),
    "registry:repair_choose": Row(WRITERS, ("repair_kind",)),
    "registry:repair": Row(WRITERS, ("repair",)),
    "registry:repair_progress": Row(WRITERS, ("repair",)),
    "registry:repair_start": Row(WRITERS, ("repair",), method="post"),
    "registry:repair_drop": Row(WRITERS, ("repair",), method="post"),
    "registry:repair_undo": Row(WRITERS, ("repair",), method="post"),
    "registry:field": Row(WRITERS),
    "registry:field_new": Row(WRITERS),
    "registry:field_find": Row(WRITERS, query={"ma": "26-0012"}),
    "registry:field_plan": Row(WRITERS),
    "registry:field_plan_make": Row(WRITERS, method="post"),
    "registry:field_people": Row(WRITERS, query={"muc": "qua-han"}),
    "registry:field_to_do": Row(WRITERS),
    "registry:field_to_do_done": Row(WRITERS, ("field_line",), method="post"),
    "registry:field_sheet": Row(WRITERS, ("field_sheet",)),
    "registry:field_finish": Row(WRITERS, ("field_sheet",), method="post"),
    "registry:field_cancel": Row(WRITERS, ("field_sheet",), method="post"),
    "registry:field_prints": Row(WRITERS, ("field_sheet",)),
    "registry:field_print": Row(WRITERS, ("field_sheet",), method="post"),
    "registry:field_pdf": Row(WRITERS, ("field_sheet", "copy")),
    "registry:field_list": Row(WRITERS, ("field_sheet",)),
    "registry:field_list_back": Row(WRITERS, ("field_sheet",), method="post"),
    "registry:duplicates": Row(READERS),
    "registry:duplicate_pair": Row(READERS, ("pair",)),
    "registry:duplicate_decide": Row(WRITERS, ("pair",), method="post"),
    "registry:duplicates_next": Row(WRITERS, method="post"),
    "registry:duplicates_bulk": Row(WRITERS),
    "registry:duplicate_case": Row(READERS, ("case",)),
    "registry:duplicate_case_work": Row(WRITERS, ("case",), method="post"),
    "registry:duplicate_unmask": Row(WRITERS, ("case",), method="post"),
    "registry:second_looks": Row(READERS),
    "registry:second_look": Row(WRITERS, ("look",)),
    "registry:second_look_answer": Row(WRITERS, ("look",), method="post"),
    "registry:merge": Row(WRITERS, ("pair",)),
    "registry:merges": Row(READERS),
    "registry:merge_page": Row(READERS, ("merge",)),
    "registry:merge_decide": Row(WRITERS, ("merge",), method="post"),
    "registry:merge_undo": Row(WRITERS, ("merge",), method="post"),
    "registry:jobs": Row(WATCHERS),
    "registry:jobs_progress": Row(WATCHERS),
    "registry:job_start": Row(CHIEFS, ("job_kind",), method="post"),
    "registry:job_go_on": Row(CHIEFS, ("job",), method="post"),
    "registry:thresholds": Row(WATCHERS | {ADMINISTRATOR}, query={"review": "2", "certain": "12"}),
    "registry:thresholds_below": Row(WATCHERS | {ADMINISTRATOR}),
    "registry:thresholds_models": Row(WATCHERS | {ADMINISTRATOR}),
    "registry:thresholds_draw": Row(frozenset({ADMINISTRATOR}), method="post"),
    "cards:applications": Row(READERS),
    "cards:application_new": Row(WRITERS, ("resident",)),
    "cards:application_form": Row(WRITERS, ("resident", "token")),
    "cards:application": Row(READERS, ("application",)),
    "cards:application_move": Row(WRITERS, ("application", "move"), method="post"),
    # The file, and its queues
    "cards:application_fill": Row(WRITERS, ("application",)),
    "cards:queues": Row(READERS),
    "cards:queue": Row(READERS, ("card queue",)),
    "cards:queue_next": Row(WRITERS),
    "cards:queue_assign": Row(CHIEFS, method="post"),
    # handing up and coming back; cards in stock
    "cards:batches": Row(READERS),
    "cards:batch_gather": Row(WRITERS, method="post"),
    "cards:batch": Row(READERS, ("batch",)),
    "cards:batch_leave": Row(WRITERS, ("batch",), method="post"),
    "cards:batch_preview": Row(WRITERS, ("batch",), method="post"),
    "cards:batch_send": Row(WRITERS, ("batch",), method="post"),
    "cards:batch_cancel": Row(CHIEFS, ("batch",), method="post"),
    "cards:batch_print": Row(WRITERS, ("batch",), method="post"),
    "cards:batch_excel": Row(READERS, ("batch",)),
    "cards:batch_json": Row(READERS, ("batch",)),
    "cards:batch_form": Row(READERS, ("batch",)),
    "cards:result_files": Row(WRITERS),
    "cards:results_apply": Row(WRITERS, method="post"),
    "cards:result_format": Row(READERS),
    "cards:result_form": Row(WRITERS, ("form kind",)),
    "cards:result_file": Row(WRITERS, ("result file",)),
    "cards:stock": Row(READERS),
    "cards:stock_many": Row(WRITERS, method="post"),
    "cards:arrivals": Row(WRITERS),
    "cards:arrival_undo": Row(WRITERS, method="post"),
    "cards:hand_over_lists": Row(WRITERS),
    "cards:hand_over_list": Row(WRITERS, ("hand-over list",)),
    "cards:stock_card": Row(READERS, ("stock",)),
    "cards:stock_act": Row(WRITERS, ("stock", "act"), method="post"),
    # Electronic identity, and who must come
    "cards:eid": Row(READERS),
    "cards:eid_contacts": Row(WRITERS, method="post"),
    "cards:eid_activate": Row(WRITERS, method="post"),
    "cards:eid_figures": Row(READERS),
    "cards:eid_collect": Row(WRITERS, ("resident",)),
    "cards:eid_account": Row(READERS, ("eid",)),
    "cards:eid_contact": Row(WRITERS, ("eid",), method="post"),
    "cards:eid_move": Row(WRITERS, ("eid", "eid move"), method="post"),
    "cards:must_come": Row(WRITERS),
    "cards:must_come_contact": Row(WRITERS, method="post"),
    "cards:must_come_invite": Row(WRITERS, method="post"),
    "cards:school": Row(WRITERS),
    "cards:school_list": Row(WRITERS),
    "cards:school_print": Row(WRITERS, method="post"),
    "cards:invitations": Row(WRITERS),
    "cards:invitation": Row(WRITERS, ("invitation",)),
    "cards:invitation_cancel": Row(WRITERS, ("invitation",), method="post"),
    # Components and appointments
    "cards:parts": Row(READERS, ("application",)),
    "cards:part_tick": Row(WRITERS, ("application", "part"), method="post"),
    "cards:scan_add": Row(WRITERS, ("application", "part"), method="post"),
    "cards:representative": Row(WRITERS, ("application",), method="post"),
    "cards:scan": Row(WRITERS, ("card scan",)),
    "cards:scan_remove": Row(WRITERS, ("card scan",), method="post"),
    "cards:appointments": Row(WRITERS),
    "cards:appointments_print": Row(WRITERS, method="post"),
    "cards:hours": Row(CHIEFS),
    "cards:hours_end": Row(CHIEFS, ("slot rule",), method="post"),
    "cards:appointment_of_person": Row(WRITERS, ("resident",)),
    "cards:appointment_new": Row(WRITERS, ("application",)),
    "cards:appointment_move": Row(WRITERS, ("appointment",)),
    "cards:appointment_came": Row(WRITERS, ("appointment",), method="post"),
    "cards:appointment_missed": Row(WRITERS, ("appointment",), method="post"),
    "cards:appointment_cancel": Row(WRITERS, ("appointment",), method="post"),
    "cards:walk_in": Row(WRITERS, ("application",), method="post"),
    "cards:receipt_corner": Row(READERS, ("application",)),
    "cards:receipt_pdf": Row(READERS, ("receipt", "paper")),
    "cards:receipt_retry": Row(WRITERS, ("receipt",), method="post"),
    # The slips and the papers of the card desk
    "cards:receipts": Row(READERS),
    "cards:receipts_print": Row(WRITERS, method="post"),
    "cards:receipt": Row(READERS, ("receipt",)),
    "cards:receipt_copy": Row(READERS, ("receipt", "slip_copy")),
    "cards:receipt_reprint": Row(WRITERS, ("receipt",), method="post"),
    "cards:receipt_withdraw": Row(CHIEFS, ("receipt",), method="post"),
    "cards:receipt_reissue": Row(WRITERS, ("application",)),
    "cards:refusal_print": Row(WRITERS, ("application",), method="post"),
    "cards:verify": Row(READERS),
    "cards:print": Row(READERS, ("print_job",)),
    "cards:print_corner": Row(READERS, ("print_job",)),
    "cards:print_retry": Row(READERS, ("print_job",), method="post"),
    "cards:print_pdf": Row(READERS, ("print_job",)),
    "supervision:dashboard": Row(READERS),
    "supervision:dashboard_below": Row(READERS, query={"xa": "06001"}),
    "supervision:dashboard_mine": Row(frozenset({OFFICER})),
    "supervision:figure": Row(READERS, ("figure",)),
    "supervision:figures": Row(READERS),
    # Lists that come as files (registry/rosters)
    "registry:rosters": Row(WRITERS),
    "registry:roster_new": Row(WRITERS),
    "registry:roster_template": Row(WRITERS),
    "registry:roster": Row(WRITERS, ("roster",)),
    "registry:roster_progress": Row(WRITERS, ("roster",)),
    "registry:roster_columns": Row(WRITERS, ("roster",)),
    "registry:roster_rows": Row(WRITERS, ("roster",)),
    "registry:roster_row": Row(WRITERS, ("roster", "roster row")),
    "registry:roster_decide": Row(WRITERS, ("roster",), method="post"),
    "registry:roster_failing": Row(WRITERS, ("roster",)),
    "registry:roster_drop": Row(WRITERS, ("roster",), method="post"),
    "registry:roster_approve": Row(CHIEFS, ("roster",)),
    "registry:roster_take_back": Row(CHIEFS, ("roster",)),
    # Lists that leave as files (registry/rosters/out).
    "registry:exports": Row(READERS),
    "registry:export_new": Row(READERS, ("export kind",)),
    "registry:export": Row(WRITERS, ("export",)),  # one's own, or the chief's commune
    "registry:export_progress": Row(WRITERS, ("export",)),
    "registry:export_again": Row(frozenset({OFFICER}), ("export",), method="post"),
    "registry:export_file": Row(WRITERS, ("export",)),
    # Follow-up: requests, targets, alerts
    "supervision:requests": Row(READERS),
    "supervision:request_new": Row(ABOVE),
    "supervision:request": Row(READERS, ("request",)),
    "supervision:request_answer": Row(CHIEFS, ("request",), method="post"),
    "supervision:request_say": Row(ABOVE, ("request",), method="post"),
    "supervision:request_end": Row(ABOVE, ("request",), method="post"),
    "supervision:targets": Row(READERS),
    "supervision:target_new": Row(ABOVE),
    "supervision:target_end": Row(ABOVE, ("target",), method="post"),
    "supervision:alerts": Row(READERS),
    # The machine
    "supervision:machine": Row(frozenset({ADMINISTRATOR})),
    "supervision:machine_requeue": Row(frozenset({ADMINISTRATOR}), ("order kind", "failed order"), method="post"),
    "supervision:machine_requeue_all": Row(frozenset({ADMINISTRATOR}), ("order kind",), method="post"),
    "supervision:machine_close": Row(frozenset({ADMINISTRATOR}), ("failed task",), method="post"),
    # Reports
    "supervision:reports": Row(READERS),
    "supervision:report_new": Row(WATCHERS),
    "supervision:report": Row(READERS, ("report",)),
    "supervision:report_progress": Row(READERS, ("report",)),
    "supervision:report_retry": Row(WATCHERS, ("report",), method="post"),
    "supervision:report_pdf": Row(READERS, ("report",)),
    "supervision:report_xlsx": Row(READERS, ("report",)),
    # Closed periods
    "supervision:periods": Row(READERS),
    "supervision:period": Row(READERS, ("closed period",)),
    "supervision:period_check": Row(WATCHERS, ("closed period",), method="post"),
    "supervision:period_note": Row(WATCHERS, ("closed period",), method="post"),
}

# Doors of signing in and of one's own account: no role, but every one of them known by name.
SIGN_IN_DOORS = {
    "healthz", "gallery", "account_login", "account_logout", "account_change_password", "account_reauthenticate",
    "account_inactive", "mfa_index", "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp",
    "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
    "mfa_trust",
}  # fmt: skip

# Open to everybody, without a sign-in: checking a slip, which tells nothing of anybody (tests/cards/receipts).
# What a monitor reads has its token for a door, and no personal data (tests/supervision/machine).
OPEN_DOORS = {
    "cards:verify_public", "cards:verify_keys", "cards:verify_data", "cards:verify_worker", "supervision:machine_json",
}  # fmt: skip


def every_name() -> set[str]:
    """Names of all addresses, as `reverse()` takes them. Django's admin is checked as a whole below."""

    def walk(patterns, namespace: str):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                if pattern.namespace != "admin":
                    yield from walk(pattern.url_patterns, inner)
            elif isinstance(pattern, URLPattern):
                assert pattern.name, f"{pattern} has no name"
                yield f"{namespace}{pattern.name}"

    return set(walk(get_resolver().url_patterns, ""))


def test_every_view_is_in_the_table():
    assert every_name() - SIGN_IN_DOORS - OPEN_DOORS == set(TABLE)


def test_the_open_doors_are_these_and_no_others():
    def walk(patterns, app=""):
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                yield app, pattern
            elif pattern.namespace != "admin":
                yield from walk(pattern.url_patterns, pattern.namespace or app)

    every = walk(get_resolver().url_patterns)
    assert {f"{app}:{one.name}" for app, one in every if getattr(one.callback, "is_public", False)} == OPEN_DOORS


class Things(dict):
    """What the addresses point at, all in the commune of the cast; each is made when somebody asks for it."""

    def __init__(self, makers: dict[str, Callable[["Things"], object]]) -> None:
        super().__init__()
        self.makers = makers

    def __missing__(self, name: str) -> object:
        self[name] = self.makers[name](self)
        return self[name]

    def all_made(self) -> "Things":
        for name in self.makers:
            self[name]
        return self


@pytest.fixture
def things(resident, officer, colleague):
    commune = resident.commune

    def a_pair(things: Things):
        left, right = sorted([resident, ResidentFactory(commune=commune)], key=lambda one: one.pk)
        return PairFactory(left=left, right=right)

    def a_receipt(things: Things):
        receipt = Receipt.objects.create(
            application=things["its application"], commune=commune, year=2026, serial=1, content={}, state="ready"
        )
        ReceiptFile.objects.create(receipt=receipt, paper="A5", pdf=b"%PDF-1.7", sha256="0" * 64, renderer="none")
        return receipt

    def a_copy(things: Things):
        receipt = Receipt.objects.get(public_id=things["receipt"])
        return ReceiptCopy.objects.create(receipt=receipt, n=1, paper="A5", by=officer)

    def a_look(things: Things):
        first = OfficerFactory(unit=commune)
        return SecondLook.objects.create(pair=things["its pair"], first_verdict="same", first_by=first)

    def an_image(things: Things):
        return DocumentImage.objects.create(
            document=things["its document"], jpeg=b"\xff\xd8", sha256="0" * 64, added_by=officer
        )

    def a_merge(things: Things):
        folded = ResidentFactory(commune=commune, state="merged")
        return MergeFactory(survivor=resident, folded=folded, created_by=officer)

    def a_draft(things: Things):
        return Draft.objects.create(officer=colleague, path=A_FORM, fields={"full_name": ["Nguyễn"]})

    def a_repair(things: Things):
        return RepairRun.objects.create(kind="chu-viet", commune=commune, created_by=colleague, state="previewed")

    def a_change(things: Things):
        return Change.objects.create(kind=kind_of("resident"), commune=commune, resident=resident, created_by=officer)

    return Things(
        {
            "its application": lambda things: ApplicationFactory(resident=resident, created_by=officer),
            "its pair": a_pair,
            "its document": lambda things: IdentityDocumentFactory(resident=resident),
            "its sheet": lambda things: sheet_of(resident, officer),
            "token": lambda things: uuid.uuid4(),
            "draft": lambda things: a_draft(things).public_id,
            "resident": lambda things: resident.public_id,
            "field": lambda things: "dan-toc",
            "scan": lambda things: CardScanFactory(resident=resident, by=officer).public_id,
            "relation": lambda things: resident.relations.first().public_id,
            "household": lambda things: resident.memberships.get().household.public_id,
            "document": lambda things: things["its document"].public_id,
            "document_image": lambda things: an_image(things).public_id,
            "group": lambda things: "d",
            "field_sheet": lambda things: things["its sheet"].public_id,
            "field_line": lambda things: things["its sheet"].lines.get(resident=resident).public_id,
            "copy": lambda things: 1,
            "rule": lambda things: "d08",
            "finding": lambda things: FindingFactory(resident=resident).public_id,
            "pair": lambda things: things["its pair"].public_id,
            "case": lambda things: things["its pair"].case.public_id,
            "look": lambda things: a_look(things).public_id,
            "request": lambda things: RequestFactory(unit=commune, asked_by=of_the_province(commune)).public_id,
            "target": lambda things: TargetFactory(unit=commune, set_by=of_the_province(commune)).public_id,
            "report": lambda things: ReportFactory(unit=commune).public_id,
            "closed period": lambda things: FrozenPeriodFactory(unit=commune).public_id,
            "merge": lambda things: a_merge(things).public_id,
            "application": lambda things: things["its application"].public_id,
            "move": lambda things: "send_up",
            "part": lambda things: "dc02",
            "card scan": lambda things: ScanFactory(application=things["its application"], added_by=officer).public_id,
            "slot rule": lambda things: SlotRuleFactory(commune=commune).public_id,
            "appointment": lambda things: (
                AppointmentFactory(application=things["its application"], created_by=officer).public_id
            ),
            "card queue": lambda things: "qua-han",
            "eid": lambda things: EidAccountFactory(resident=resident, granted_by=officer).public_id,
            "eid move": lambda things: "activate",
            "invitation": lambda things: InvitationFactory(resident=resident, made_by=officer).public_id,
            "receipt": lambda things: a_receipt(things).public_id,
            "batch": lambda things: BatchFactory(commune=commune, created_by=officer, sent_by=officer).public_id,
            "form kind": lambda things: "json",
            "result file": lambda things: a_result_file(officer).public_id,
            "stock": lambda things: (
                StockCardFactory(
                    application__resident=ResidentFactory(commune=commune), arrived_by=officer
                ).application.public_id
            ),
            "act": lambda things: "goi",
            "hand-over list": lambda things: a_hand_over_list(officer).public_id,
            "paper": lambda things: things["receipt"] and "A5",
            "slip_copy": lambda things: a_copy(things).n,
            "print_job": lambda things: (
                PrintJob.objects.create(
                    commune=commune,
                    kind="slips",
                    title="Giấy",
                    content={"slips": []},
                    asked_by=officer,
                    state="ready",
                    pdf=b"%PDF-1.7",
                    sha256="0" * 64,
                ).public_id
            ),
            "figure": lambda things: "nhan-khau",
            "score": lambda things: "con-lai",
            "limit": lambda things: "phone-people",
            "job": lambda things: Job.objects.create(kind="match", commune=commune, state="parked").public_id,
            "job_kind": lambda things: "match",
            "hamlet": lambda things: Hamlet.objects.create(commune=commune, name="Thôn 2").public_id,
            "repair_kind": lambda things: "chu-viet",
            "repair": lambda things: a_repair(things).public_id,
            "divided_unit": lambda things: slug_of(UnitFactory(name="Xã Kim Mẫu", valid_to=dt.date(2025, 12, 31))),
            "change": lambda things: a_change(things).public_id,
            "resident_kind": lambda things: kind_of("resident"),
            "household_kind": lambda things: kind_of("household"),
            "roster": lambda things: a_roster(resident, officer).public_id,
            "roster row": lambda things: 2,
            "export kind": lambda things: "cu-dan",
            "export": lambda things: ListExportFactory(asked_by=officer).public_id,
            "order kind": lambda things: "giay-in",
            "failed order": lambda things: uuid.uuid4(),
            "failed task": lambda things: uuid.uuid4(),
        }
    )


def a_result_file(officer) -> ResultFile:
    return ResultFile.objects.create(commune=officer.unit, name="ket-qua.json", sha256="0" * 64, read_by=officer)


def a_roster(resident, officer) -> Roster:
    roster = Roster.objects.create(
        commune=officer.unit, uploaded_by=officer, file_name="thon-2.xlsx", state="checked", purge_on="2030-01-01"
    )
    roster.rows.create(number=2, name=resident.full_name, state="checked", verdict="changed", person=resident)
    return roster


def of_the_province(commune) -> Officer:
    return OfficerFactory(unit=commune.parent, role=PROVINCE)


def a_hand_over_list(officer) -> PrintJob:
    return PrintJob.objects.create(commune=officer.unit, kind="hand_over", title="Danh sách", asked_by=officer)


def sheet_of(resident, officer) -> FieldSheet:
    """A field sheet with the resident's household on it, printed."""
    sheet = make(resident.commune, [resident.memberships.get().household], by=officer)
    FieldPrint.objects.create(sheet=sheet, asked_by=officer, state="ready", pdf=b"%PDF-1.7", sha256="0" * 64)
    return sheet


def kind_of(subject: str) -> str:
    return next(code for code, kind in kinds.every().items() if kind.subject == subject)


def ask(client: Client, name: str, things: dict):
    row = TABLE[name]
    address = reverse(name, args=[things[arg] for arg in row.args])
    if row.method == "post":
        return client.post(address, {"a": "b"}, query_params=row.query)
    return client.get(address, row.query)


PARTS = 8  # what the addresses need is made once a part; after each address it is as it was
CAST = {
    OFFICER: "officer", CHIEF: "chief", PROVINCE: "supervisor", MINISTRY: "ministry", AUDITOR: "auditor",
    ADMINISTRATOR: "administrator",
}  # fmt: skip


def of_part(names: list[str], part: int) -> list[str]:
    return names[part::PARTS]


@contextmanager
def undone() -> Iterator[None]:
    """Whatever a request writes is gone again for the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("part", range(PARTS))
def test_only_the_roles_of_the_table_may_open(part, things, client_of, request):
    clients = {role: client_of(request.getfixturevalue(fixture)) for role, fixture in CAST.items()}
    things.all_made()  # lists have something to show
    wrong = {}
    for name in of_part(sorted(TABLE), part):
        opened = set()
        for role, client in clients.items():
            with undone():
                response = ask(client, name, things)
            assert response.status_code < 500, name
            assert response.status_code != 404, f"{name}: the table points at something that is not there"
            if response.status_code != 403:
                opened.add(role)
                assert "no-store" in response.headers["Cache-Control"], name  # no page stays in a cache
        if opened != TABLE[name].roles:
            wrong[name] = (sorted(opened), sorted(TABLE[name].roles))
    assert wrong == {}


@pytest.mark.parametrize("part", range(PARTS))
def test_nobody_gets_in_without_signing_in(part, things, client):
    things.all_made()
    for name in of_part(sorted(TABLE), part):
        with undone():
            response = ask(client, name, things)
        assert response.status_code == 302, name
        assert response.url.startswith(reverse("account_login")), name


PUBLIC = {
    "token",
    "copy",
    "group",
    "rule",
    "figure",
    "score",
    "limit",
    "divided_unit",
    "repair_kind",
    "resident_kind",
    "household_kind",
    "job_kind",
    "export kind",
    "roster row",
    "form kind",
    "card queue",
    "order kind",
    "failed order",  # the administrator has no commune
    "failed task",
}  # nobody's in particular
PERSONAL = sorted(name for name, row in TABLE.items() if set(row.args) - PUBLIC)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_stranger_gets_404_and_leaves_a_line(part, things, client_of, stranger, other_commune):
    """With every right that the page asks for: only the commune is another."""
    chief = OfficerFactory(unit=other_commune, role=CHIEF)
    far = OfficerFactory(unit=UnitFactory(code="21", level=Level.PROVINCE), role=PROVINCE)
    clients = {one: client_of(one) for one in (stranger, chief, far)}
    things.all_made()
    for name in of_part(PERSONAL, part):
        roles = TABLE[name].roles
        who = stranger if OFFICER in roles else chief if CHIEF in roles else far
        with undone():
            assert ask(clients[who], name, things).status_code == 404, name
            lines = AuditEvent.objects.filter(action="refused", actor_badge=who.badge_number)
            assert lines.exists(), name


def test_a_refusal_is_written_down(things, client_of, auditor):
    ask(client_of(auditor), "registry:resident", things)
    assert AuditEvent.objects.filter(action="refused", actor_badge=auditor.badge_number).count() == 1


def test_only_the_administrator_enters_the_admin_site(client_of, request):
    answers = {}
    for fixture in ("officer", "chief", "supervisor", "ministry", "auditor", "administrator"):
        response = client_of(request.getfixturevalue(fixture)).get(reverse("admin:index"), follow=True)
        answers[fixture] = response.status_code
    assert answers.pop("administrator") == 200
    assert set(answers.values()) == {403}
