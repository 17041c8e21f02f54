"""The lists of the card desks that may leave as a file (registry/rosters/out/kinds.py), each by its page's filter."""

from collections.abc import Sequence
from typing import Any, Final

from django.http import QueryDict

from accounts.models import Officer, Setting
from accounts.roles import Right
from accounts.scope import works_in_one_commune
from cards.applications import queues
from cards.applications.clock import calendar_for, clock_of, late_words
from cards.applications.queue_tables import QueueFilter, QueueTable, why_of
from cards.applications.reasons import REASONS
from cards.applications.tables import ApplicationFilter, ApplicationTable
from cards.deliveries import shelf
from cards.deliveries.tables import StockFilter, StockTable, note_of
from cards.eid.listing import accounts_of
from cards.eid.tables import AccountFilter, AccountTable, figure_title
from cards.eid.tables import listed as listed_accounts
from cards.invitations import must_come, words
from cards.invitations.contacts import with_last
from cards.invitations.must_come import Horizon
from cards.invitations.tables import MustComeFilter, MustComeTable
from cards.models import About, Application, ContactResult, RenderState, StockState, Why
from cards.receipts.tables import ReceiptFilter, ReceiptTable
from cards.receipts.tables import listed as listed_receipts
from registry.rosters.out.kinds import QUEUE, Asked, Column, Kind, UnknownList, asked, asking, day, moment, register
from registry.rosters.out.lists import born, number_of, sex


def sign_up() -> None:
    register(APPLICATIONS, QUEUED, STOCK, MUST_COME, RECEIPTS, EID)


def _reason(file: Application) -> str:
    return REASONS[file.reason].title if file.reason in REASONS else ""


def _person(row: Any) -> list[int]:
    return [row.resident_id]


# --- files ------------------------------------------------------------------------------------------------------------


def applications_asked(officer: Officer, query: QueryDict) -> Asked:
    rows = Application.objects.in_scope(officer).select_related("resident", "commune")
    filtered = ApplicationFilter(query, rows.annotate(id_number=number_of("resident")), request=asking(officer, query))
    return asked(ApplicationTable(filtered.qs, officer=officer), filtered, query)


FILE_COLUMNS: Final = (
    Column("number", "Số hồ sơ", lambda row: row.file_number, 12),
    Column("resident", "Công dân", lambda row: row.resident.full_name, 28),
    Column("birth", "Ngày sinh", lambda row: born(row.resident), 12),
    Column("id_number", "Số định danh", lambda row: row.id_number or "", 15, is_on=False),
    Column("kind", "Thủ tục", lambda row: row.get_kind_display(), 20),
    Column("reason", "Lý do", _reason, 30),
    Column("state", "Trạng thái", lambda row: row.get_state_display(), 24),
)


class Timed:
    """A file of a queue with its clock in words; the clocks of a piece share one reading of the holidays."""

    def __init__(self, file: Application, clock: str, late: str) -> None:
        self.file, self.clock, self.late = file, clock, late

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


def _timed(rows: Sequence[Application], officer: Officer) -> list[Timed]:
    calendar = calendar_for(rows)
    clocks = [clock_of(row, calendar) for row in rows]
    return [Timed(row, clock.words if clock else "", late_words(row, calendar))
            for row, clock in zip(rows, clocks, strict=True)]  # fmt: skip


APPLICATIONS: Final = Kind(
    "ho-so-can-cuoc", "Danh sách hồ sơ căn cước", Right.APPLICATION_VIEW, "cards:applications", applications_asked,
    columns=[
        *FILE_COLUMNS,
        Column("received_at", "Thu nhận", lambda row: day(row.received_at), 12),
        Column("promised_on", "Hẹn trả", lambda row: day(row.promised_on), 12),
        Column("days_overdue", "Quá hạn", lambda row: row.late, 22),
        Column("commune", "Xã", lambda row: row.commune.name, 22, is_on=False),
    ],
    people=_person, gather=_timed,
)  # fmt: skip


def queue_asked(officer: Officer, query: QueryDict) -> Asked:
    at = queues.QUEUES.get(query.get(QUEUE, "") or (queues.MINE if works_in_one_commune(officer) else queues.OVERDUE))
    if at is None:
        raise UnknownList(query[QUEUE])
    rows = at.rows(officer).select_related("resident", "assigned_to").annotate(id_number=number_of("resident"))
    filtered = QueueFilter(query, rows, request=asking(officer, query))
    return asked(QueueTable(filtered.qs, may_assign=False), filtered, query, called=at.title.lower())


QUEUED: Final = Kind(
    "hang-doi-can-cuoc", "Hàng đợi hồ sơ căn cước", Right.APPLICATION_VIEW, "cards:queue", queue_asked,
    columns=[
        *FILE_COLUMNS,
        Column("promised_on", "Hẹn trả", lambda row: day(row.promised_on), 12),
        Column("clock", "Thời hạn", lambda row: row.clock, 24),
        Column("assigned_to", "Người giữ", lambda row: str(row.assigned_to or "chưa ai giữ"), 24),
        Column("why", "Ghi chú", lambda row: why_of(row.file), 36),
    ],
    people=_person, gather=_timed,
)  # fmt: skip


# --- cards that lie here ----------------------------------------------------------------------------------------------


def stock_asked(officer: Officer, query: QueryDict) -> Asked:
    rows = shelf.files(officer).annotate(id_number=number_of("resident"))
    filtered = StockFilter(query, rows, officer=officer, request=asking(officer, query))
    limit = Setting.values_on()["card_waiting_days"]
    table = StockTable(filtered.qs, officer=officer, may_choose=False, limit=limit)
    return asked(table, filtered, query, called=filtered.section.title.lower())


def _card(row: Application) -> str:
    card = shelf.stock_of(row)
    state = StockState(card.state).label if card else StockState.HERE.label
    return ": ".join(filter(None, [str(state), note_of(card) if card else ""]))


def _box(row: Application) -> str:
    card = shelf.stock_of(row)
    return card.box if card else ""


def _called(row: Any) -> str:
    return f"{ContactResult(row.call_result).label}, {day(row.called_at)}" if row.called_at else ""


STOCK: Final = Kind(
    "the-tai-tru-so", "Danh sách thẻ tại trụ sở", Right.APPLICATION_VIEW, "cards:stock", stock_asked,
    columns=[
        Column("resident", "Công dân", lambda row: row.resident.full_name, 28),
        Column("birth", "Ngày sinh", lambda row: born(row.resident), 12),
        Column("id_number", "Số định danh", lambda row: row.id_number or "", 15, is_on=False),
        Column("phone", "Điện thoại", lambda row: row.resident.phone, 14),
        Column("number", "Số hồ sơ", lambda row: row.file_number, 12),
        Column("hamlet", "Thôn, tổ", lambda row: row.hamlet or "", 20),
        Column("box", "Hộp", _box, 10),
        Column("came_at", "Về ngày", lambda row: day(row.came_at), 12),
        Column("called", "Đã báo", _called, 26),
        Column("again_on", "Gọi lại ngày", lambda row: day(row.again_on), 13),
        Column("state", "Thẻ", _card, 30),
        Column("commune", "Xã", lambda row: row.commune.name, 22, is_on=False),
    ],
    people=_person,
)  # fmt: skip


# --- who must come ----------------------------------------------------------------------------------------------------


def must_come_asked(officer: Officer, query: QueryDict) -> Asked:
    horizon, why = Horizon.read(), query.get("ly_do", "")
    rows = must_come.coming(officer, horizon, why=why if why in Why.values else "")
    shown = with_last(must_come.with_reasons(rows, horizon), About.MUST_COME).annotate(id_number=number_of("pk"))
    filtered = MustComeFilter(query, shown, request=asking(officer, query), officer=officer)
    return asked(MustComeTable(filtered.qs), filtered, query, called=f"tính đến {day(horizon.soon)}")


def _done(row: Any) -> str:
    if row.file_id:
        return f"hồ sơ {words.file_number(row.file_year, row.file_serial)}"
    return f"đã mời {day(row.letter_at)}" if row.letter_id else ""


MUST_COME: Final = Kind(
    "phai-lam-the", "Danh sách người phải làm thẻ căn cước", Right.APPLICATION_TAKE, "cards:must_come",
    must_come_asked,
    columns=[
        Column("full_name", "Họ và tên", lambda row: row.full_name, 28),
        Column("birth", "Ngày sinh", born, 12),
        Column("sex", "Giới tính", sex, 10),
        Column("id_number", "Số định danh", lambda row: row.id_number or "", 15, is_on=False),
        Column("lives", "Nơi ở", words.home, 34),
        Column("why", "Vì sao", lambda row: str(Why(row.why).label) if row.why else "", 24),
        Column("due", "Ngày", lambda row: day(words.due_of(row)), 12),
        Column("phone", "Điện thoại", lambda row: row.phone, 14),
        Column("mark", "Đã làm gì", _done, 22),
        Column("called", "Liên hệ gần nhất", words.last_contact, 30),
    ],
    people=lambda row: [row.pk],
)  # fmt: skip


# --- slips ------------------------------------------------------------------------------------------------------------


def receipts_asked(officer: Officer, query: QueryDict) -> Asked:
    filtered = ReceiptFilter(query, listed_receipts(officer), request=asking(officer, query))
    return asked(ReceiptTable(filtered.qs, officer=officer), filtered, query)


def _standing(row: Any) -> str:
    if row.withdrawn_at:
        return "đã thu hồi"
    if row.state == RenderState.FAILED:
        return "chưa lập được"
    return "còn hiệu lực" if row.state == RenderState.READY else "đang lập"


RECEIPTS: Final = Kind(
    "phieu-hen", "Danh sách phiếu hẹn", Right.APPLICATION_VIEW, "cards:receipts", receipts_asked,
    columns=[
        Column("number", "Số phiếu", lambda row: row.number, 12),
        Column("file", "Số hồ sơ", lambda row: row.application.file_number, 12),
        Column("resident", "Công dân", lambda row: row.application.resident.full_name, 28),
        Column("birth", "Ngày sinh", lambda row: born(row.application.resident), 12),
        Column("phone", "Điện thoại", lambda row: row.application.resident.phone, 14, is_on=False),
        Column("issued_at", "Lập lúc", lambda row: moment(row.issued_at), 17),
        Column("print_count", "Số lần in", lambda row: str(row.print_count), 10),
        Column("standing", "Hiệu lực", _standing, 16),
        Column("commune", "Xã", lambda row: row.commune.name, 22, is_on=False),
    ],
    people=lambda row: [row.application.resident_id],
)  # fmt: skip


# --- electronic identity ----------------------------------------------------------------------------------------------


def eid_asked(officer: Officer, query: QueryDict) -> Asked:
    rows = listed_accounts(accounts_of(officer)).annotate(id_number=number_of("resident"))
    filtered = AccountFilter(query, rows, request=asking(officer, query))
    table = AccountTable(filtered.qs, officer=officer, can_work=False)
    return asked(table, filtered, query, called=figure_title(query))


EID: Final = Kind(
    "dinh-danh", "Danh sách tài khoản định danh điện tử", Right.APPLICATION_VIEW, "cards:eid", eid_asked,
    columns=[
        Column("resident", "Công dân", lambda row: row.resident.full_name, 28),
        Column("birth", "Ngày sinh", lambda row: born(row.resident), 12),
        Column("id_number", "Số định danh", lambda row: row.id_number or "", 15, is_on=False),
        Column("phone", "Điện thoại đăng ký", lambda row: row.phone or "", 16),
        Column("level", "Mức độ", lambda row: row.get_level_display(), 12),
        Column("state", "Trạng thái", lambda row: row.get_state_display(), 22),
        Column("collected_at", "Thu nhận", lambda row: day(row.collected_at), 12),
        Column("promised_on", "Hẹn trả", lambda row: day(row.promised_on), 12),
        Column("granted_at", "Đã cấp", lambda row: day(row.granted_at), 12),
        Column("called", "Liên hệ gần nhất", words.last_contact, 30),
        Column("commune", "Xã", lambda row: row.resident.commune.name, 22, is_on=False),
    ],
    people=_person,
)  # fmt: skip
