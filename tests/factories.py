"""The cast's belongings: valid records with nothing wrong, so that a test states only what it is about."""

import datetime as dt

import factory
from django.db import transaction
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import Level, Officer, Unit
from accounts.periods import ONE_DAY, moment
from accounts.roles import Role
from cards.models import (
    Application,
    Appointment,
    Batch,
    Contact,
    EidAccount,
    Invitation,
    Kind,
    Purpose,
    Scan,
    SlotRule,
    State,
    StockCard,
)
from registry.duplicates.cases import regroup
from registry.models import (
    CardScan,
    DuplicatePair,
    Finding,
    Household,
    HouseholdRole,
    IdentityDocument,
    IdentityNumber,
    ListExport,
    Membership,
    Merge,
    NumberKind,
    Relation,
    RelationKind,
    Residence,
    ResidenceKind,
    Resident,
    Roster,
    RosterRow,
    RosterState,
    RuleGroup,
    Severity,
    Sex,
)
from supervision.models import Alert, Correction, FigureDay, FrozenPeriod, Report, Request, Target

PASSWORD = "MauSon@2026"


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    code = factory.Sequence(lambda n: f"{90000 + n}")
    name = factory.Sequence(lambda n: f"Xã Thử {n}")
    level = Level.COMMUNE
    valid_from = dt.date(2025, 7, 1)


class OfficerFactory(DjangoModelFactory):
    class Meta:
        model = Officer
        skip_postgeneration_save = True

    badge_number = factory.Sequence(lambda n: f"T-{n:04d}")
    full_name = "Lê Mẫu Hải"
    rank = "Đại úy"
    role = Role.OFFICER
    password = factory.django.Password(PASSWORD)


class HouseholdRoleFactory(DjangoModelFactory):
    class Meta:
        model = HouseholdRole
        django_get_or_create = ["code", "valid_from"]

    code = "CON_DE"
    name = "Con đẻ"
    valid_from = dt.date(2026, 7, 1)


class ResidentFactory(DjangoModelFactory):
    """A woman born 21/05/1990. Give `commune`."""

    class Meta:
        model = Resident

    full_name = "Nguyễn Thị Mẫu Lan"
    birth_year, birth_month, birth_day = 1990, 5, 21
    sex = Sex.FEMALE
    ethnic_group = "01"
    religion = "00"
    nationality = "VN"
    marital_status = "1"
    birth_place = "Xã Thử, Huyện Mẫu, Hà Nội"
    birth_registration_place = "Xã Thử, Huyện Mẫu, Hà Nội"
    birth_registration_province = "001"
    home_town = "Xã Thử, Huyện Mẫu, Hà Nội"
    phone = "0912345678"
    residence_file_number = "HS-001"
    confirmed_at = None
    scan_due = False
    matching_due = False


class IdentityNumberFactory(DjangoModelFactory):
    class Meta:
        model = IdentityNumber

    kind = NumberKind.PERSONAL
    number = factory.Sequence(lambda n: f"001190{n:06d}")


class RelationFactory(DjangoModelFactory):
    class Meta:
        model = Relation

    kind = RelationKind.FATHER
    name = "Nguyễn Văn Mẫu"


class HouseholdFactory(DjangoModelFactory):
    class Meta:
        model = Household

    code = factory.Sequence(lambda n: f"{n:05d}")
    hamlet = "Thôn 2"
    street = "Số 5"


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership


class ResidenceFactory(DjangoModelFactory):
    class Meta:
        model = Residence

    kind = ResidenceKind.PERMANENT
    unit = factory.SelfAttribute("resident.commune")
    hamlet = "Thôn 2"
    street = "Số 5"
    from_on = dt.date(2010, 1, 1)


class IdentityDocumentFactory(DjangoModelFactory):
    class Meta:
        model = IdentityDocument

    kind = "CAN_CUOC"
    number = "001190000123"
    issued_on = dt.date(2025, 1, 10)
    issued_by = "Bộ Công an"
    expires_on = dt.date(2030, 5, 21)


class CardScanFactory(DjangoModelFactory):
    """What the QR of the chip card said. Give `resident` and `by`."""

    class Meta:
        model = CardScan

    kind = "qr_2021"
    fields = factory.LazyFunction(
        lambda: {"number": "001190000123", "full_name": "Nguyễn Thị Mẫu Lan", "birth_date": "21/05/1990", "sex": "2"}
    )


class FindingFactory(DjangoModelFactory):
    class Meta:
        model = Finding

    commune = factory.SelfAttribute("resident.commune")
    rule = "E06"
    group = RuleGroup.COMPLETE
    severity = Severity.ERROR


class PairFactory(DjangoModelFactory):
    """A suspected pair, in its case. Give `left` and `right`, the lower id on the left."""

    class Meta:
        model = DuplicatePair

    score = 640
    lines = factory.LazyFunction(
        lambda: [["name", "without_accents", 410], ["birth", "exact", 330], ["address", "other", -100]]
    )
    sentence = "Cùng họ tên khi bỏ dấu và ngày sinh."

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        with transaction.atomic():
            pair = super()._create(model_class, *args, **kwargs)
            regroup([pair.left_id, pair.right_id])
        pair.refresh_from_db(fields=["case"])
        return pair


class MergeFactory(DjangoModelFactory):
    """A merge that is done, without a ledger. Give `survivor`, `folded` (in state merged) and `created_by`."""

    class Meta:
        model = Merge

    state = "done"
    reason = "Cùng giấy khai sinh"
    done_at = factory.LazyFunction(timezone.now)


class EidAccountFactory(DjangoModelFactory):
    """Level 2, granted today and not activated. Give `resident` and `granted_by`."""

    class Meta:
        model = EidAccount

    state = "granted"
    granted_at = factory.LazyFunction(timezone.now)


class ApplicationFactory(DjangoModelFactory):
    """An open file received today. Give `resident` and `created_by`."""

    class Meta:
        model = Application

    commune = factory.SelfAttribute("resident.commune")
    year = factory.LazyFunction(lambda: timezone.localdate().year)
    serial = factory.Sequence(lambda n: n + 1)
    kind = Kind.CHANGE
    reason = "g"
    state = State.RECEIVED
    received_at = factory.LazyFunction(timezone.now)
    promised_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=10))
    fee_vnd = 25_000
    fee_text = "Thông tư 73/2024/TT-BTC"


class InvitationFactory(DjangoModelFactory):
    """A letter of today for an expired card. Give `resident` and `made_by`."""

    class Meta:
        model = Invitation

    commune = factory.SelfAttribute("resident.commune")
    why = "expired"
    due_on = dt.date(2026, 1, 1)
    year = factory.LazyFunction(lambda: timezone.localdate().year)
    serial = factory.Sequence(lambda n: n + 1)


class ContactFactory(DjangoModelFactory):
    """A call about an account that nobody answered. Give `resident` and `by`."""

    class Meta:
        model = Contact

    about = "eid"
    result = "no_answer"


class StockCardFactory(DjangoModelFactory):
    """A card that lies here since today, with its file. Give `application__resident` (or `application`) and
    `arrived_by`."""

    class Meta:
        model = StockCard

    application = factory.SubFactory(
        ApplicationFactory, state=State.ARRIVED, created_by=factory.SelfAttribute("..arrived_by")
    )
    commune = factory.SelfAttribute("application.commune")


class BatchFactory(DjangoModelFactory):
    """A batch that was sent today, without files. Give `commune`, `created_by` and `sent_by`."""

    class Meta:
        model = Batch

    year = factory.LazyFunction(lambda: timezone.localdate().year)
    serial = factory.Sequence(lambda n: n + 1)
    day = factory.LazyFunction(timezone.localdate)
    state = "sent"
    sent_at = factory.LazyFunction(timezone.now)

    @factory.lazy_attribute
    def content(self) -> dict:
        commune = {"code": self.commune.code, "name": self.commune.name}
        return {"number": "26-0001", "commune": commune, "count": 0, "sent_at": f"{timezone.now():%FT%T}", "files": []}


class SlotRuleFactory(DjangoModelFactory):
    """Three hours of a Monday morning for taking files in, since the beginning of the year. Give `commune`."""

    class Meta:
        model = SlotRule

    purpose = Purpose.INTAKE
    weekday = 0
    starts = dt.time(8)
    ends = dt.time(11)
    valid_from = dt.date(2026, 1, 1)


class AppointmentFactory(DjangoModelFactory):
    """Somebody who is expected to get a card in an hour's time. Give `application` and `created_by`."""

    class Meta:
        model = Appointment

    commune = factory.SelfAttribute("application.commune")
    purpose = Purpose.HANDOVER
    starts_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(hours=1))
    ends_at = factory.LazyAttribute(lambda one: one.starts_at + dt.timedelta(hours=1))


class ScanFactory(DjangoModelFactory):
    """A scanned paper that is kept. Give `application` and `added_by`."""

    class Meta:
        model = Scan

    component = "dc02"
    name = "dc02.jpg"
    kind = "jpeg"
    content = b"\xff\xd8\xff"
    size_bytes = 3
    sha256 = factory.Sequence(lambda n: f"{n:064x}")


class ListExportFactory(DjangoModelFactory):
    """The list of residents, asked for and not yet made. Give `asked_by`."""

    class Meta:
        model = ListExport

    commune = factory.SelfAttribute("asked_by.unit")
    kind = "cu-dan"
    title = "Danh sách cư dân"
    columns = ["full_name", "number", "birth_date"]
    reason = "Đối chiếu với nhà trường"
    purge_on = dt.date(2026, 12, 22)


class RosterFactory(DjangoModelFactory):
    """A list of today whose columns are confirmed and which is to be checked, without its file. Give `commune` and
    `uploaded_by`."""

    class Meta:
        model = Roster

    file_name = "so-ho-khau.xlsx"
    state = RosterState.CHECKING
    purge_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=30))
    step_began_at = factory.LazyFunction(timezone.now)


class RosterRowFactory(DjangoModelFactory):
    """A row as it was read. Give `roster` and `typed`."""

    class Meta:
        model = RosterRow

    number = factory.Sequence(lambda n: n + 2)


class ReportFactory(DjangoModelFactory):
    """A report of the first week of November 2026 with one number on it and its files. Give `unit`."""

    class Meta:
        model = Report

    kind = "project_06"
    period = "week"
    first = dt.date(2026, 10, 30)
    last = dt.date(2026, 11, 5)
    state = "ready"
    pages = 1
    pdf, pdf_sha256 = b"%PDF-1.7", "0" * 64
    xlsx, xlsx_sha256 = b"PK", "1" * 64
    ready_at = factory.LazyFunction(timezone.now)

    @factory.lazy_attribute
    def contents(self) -> dict:
        cell = {"text": "1.234", "kind": "count", "number": 123400}
        table = {"key": "so-lieu", "title": "Số liệu", "names": "Nội dung", "note": "",
                 "columns": [{"title": "Kỳ này", "group": ""}],
                 "rows": [{"place": "1", "name": "Tổng nhân khẩu", "kind": "", "cells": [cell]}]}  # fmt: skip
        return {
            "version": 1, "unit": str(self.unit or "Toàn quốc"), "period": "tuần 30/10–05/11/2026",
            "as_of": "Số liệu chốt lúc 08:00 09/11/2026", "is_preliminary": False, "is_wide": False, "tables": [table],
            "charts": [], "remarks": {"difficulties": "", "proposals": ""}, "notes": [], "definitions": table,
            "head": {"agency_above": "CÔNG AN TỈNH MẪU", "agency": "CÔNG AN XÃ MẪU SƠN",
                     "agency_in_text": "Công an xã Mẫu Sơn", "place_date": "Mẫu Sơn, ngày 09 tháng 11 năm 2026",
                     "number": "/BC", "title": "Báo cáo Đề án 06", "heading": "BÁO CÁO", "send_to": "",
                     "under_heading": "Kết quả thực hiện Đề án 06", "receivers": ["Như trên"],
                     "sign_head": "TRƯỞNG CÔNG AN XÃ", "sign_name": ""},
        }  # fmt: skip


class RequestFactory(DjangoModelFactory):
    """To bring down the unclean records, due in ten days. Give `unit` and `asked_by`."""

    class Meta:
        model = Request

    code = "chua-sach"
    text = "Làm sạch hồ sơ còn lỗi"
    due_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=10))
    value_then = 5_00
    goal = 0


class TargetFactory(DjangoModelFactory):
    """At least 95 % clean records since the beginning of the month. Give `set_by`; without `unit` it is everybody's."""

    class Meta:
        model = Target

    code = "ty-le-sach"
    value = 95_00
    valid_from = factory.LazyFunction(lambda: timezone.localdate().replace(day=1))


class AlertFactory(DjangoModelFactory):
    """Open since today. Give `unit`."""

    class Meta:
        model = Alert

    code = "ty-le-sach"
    kind = "below_target"
    value = 86_27
    against = 95_00


class FigureDayFactory(DjangoModelFactory):
    """Yesterday of a unit, counted to its end: three people. Without `unit` it is the country's."""

    class Meta:
        model = FigureDay

    day = factory.LazyFunction(lambda: timezone.localdate() - dt.timedelta(days=1))
    values = factory.LazyFunction(lambda: {"nhan-khau": 3})
    taken_at = factory.LazyAttribute(lambda one: moment(one.day + ONE_DAY))


class FrozenPeriodFactory(DjangoModelFactory):
    """A closed week with three people and two files taken in. Without `unit` it is the country's."""

    class Meta:
        model = FrozenPeriod

    kind = "week"
    first = dt.date(2026, 10, 30)
    last = dt.date(2026, 11, 5)
    values = factory.LazyFunction(lambda: {"nhan-khau": 3, "thu-nhan": 2})
    totals = factory.LazyFunction(lambda: {"thu-nhan": 40})


class CorrectionFactory(DjangoModelFactory):
    """A third file, written later. Give `frozen`."""

    class Meta:
        model = Correction

    code = "thu-nhan"
    was = 2
    now = 3
