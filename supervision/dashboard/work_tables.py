"""The same for what officers did: cards, steps, accounts, merges, changes, lists read in, lines of the trail."""

from typing import Any, Final

import django_tables2 as tables
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Action, AuditEvent, Officer
from cards.models import EidAccount, Step, StockCard
from registry.models import Change, Merge, Roster, RosterRow, SecondLook
from supervision.dashboard.tables import (
    FIT,
    OF_RECORD,
    ApplicationRows,
    FindingRows,
    HouseholdRows,
    PairRows,
    ResidentRows,
    RowTable,
)

DAY: Final = "d/m/Y"
MOMENT: Final = "H:i d/m/Y"
END: Final = {"th": {"class": "end"}, "td": {"class": "end number"}}


def day(title: str, **more: Any) -> tables.DateColumn:
    return tables.DateColumn(verbose_name=title, format=DAY, attrs=FIT, **more)


class CardRows(RowTable):
    file = tables.Column(
        "Số hồ sơ", accessor="application__file_number", orderable=False, attrs=FIT,
        linkify=("cards:application", [tables.A("application__public_id")]),
    )  # fmt: skip
    resident = tables.Column(
        "Họ và tên", accessor="application__resident__full_name", order_by="application__resident__sort_key",
        linkify=("registry:resident", [tables.A("application__resident__public_id")]),
    )  # fmt: skip
    kind = tables.Column("Thủ tục", accessor="application__get_kind_display", orderable=False)
    received_at = day("Thu nhận", accessor="application__received_at")
    arrived_at = day("Thẻ về")
    handed_at = day("Đã trả")
    commune = tables.Column("Xã", accessor="commune__name", order_by="commune__sort_key")

    class Meta:
        model = StockCard
        fields: list[str] = []

    @classmethod
    def listed(cls, rows: QuerySet[StockCard], officer: Officer) -> QuerySet[StockCard]:
        return rows.select_related("application__resident", "commune")


class StepRows(RowTable):
    file = tables.Column(
        "Số hồ sơ", accessor="application__file_number", orderable=False, attrs=FIT,
        linkify=("cards:application", [tables.A("application__public_id")]),
    )  # fmt: skip
    resident = tables.Column("Họ và tên", accessor="application__resident__full_name", orderable=False)
    to_state = tables.Column("Kết thúc", attrs={"td": {"class": "fit"}})
    at = day("Ngày")
    by = tables.Column("Cán bộ", orderable=False)
    commune = tables.Column("Xã", accessor="application__commune__name", orderable=False)

    class Meta:
        model = Step
        fields: list[str] = []

    @classmethod
    def listed(cls, rows: QuerySet[Step], officer: Officer) -> QuerySet[Step]:
        return rows.select_related("application__resident", "application__commune", "by")


class AccountRows(RowTable):
    resident = tables.Column(
        "Họ và tên", accessor="resident__full_name", order_by="resident__sort_key", linkify=OF_RECORD
    )
    level = tables.Column("Mức độ", attrs={"td": {"class": "fit"}})
    state = tables.Column("Trạng thái", attrs={"td": {"class": "fit"}})
    collected_at = day("Thu nhận")
    granted_at = day("Đã cấp")
    activated_at = day("Kích hoạt")
    account = tables.Column("Tài khoản", empty_values=(), orderable=False)
    commune = tables.Column("Xã", accessor="resident__commune__name", order_by="resident__commune__sort_key")

    class Meta:
        model = EidAccount
        fields: list[str] = []

    @classmethod
    def listed(cls, rows: QuerySet[EidAccount], officer: Officer) -> QuerySet[EidAccount]:
        return rows.select_related("resident__commune")

    def render_account(self, record: EidAccount) -> SafeString:
        return format_html('<a href="{}">Mở</a>', reverse("cards:eid_account", args=[record.public_id]))


class MergeRows(RowTable):
    people = tables.Column("Hồ sơ gộp vào hồ sơ giữ lại", empty_values=(), orderable=False)
    state = tables.Column("Tình trạng", attrs={"td": {"class": "fit"}})
    done_at = day("Gộp ngày")
    undone_at = day("Hoàn tác ngày")
    created_by = tables.Column("Cán bộ", orderable=False)
    commune = tables.Column("Xã", accessor="survivor__commune__name", orderable=False)

    class Meta:
        model = Merge
        fields: list[str] = []

    @classmethod
    def listed(cls, rows: QuerySet[Merge], officer: Officer) -> QuerySet[Merge]:
        return rows.select_related("survivor__commune", "folded", "created_by")

    def render_people(self, record: Merge) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), f"{record.folded} → {record.survivor}")


class SecondLookRows(RowTable):
    people = tables.Column("Hai hồ sơ", empty_values=(), orderable=False)
    first_verdict = tables.Column("Kết luận thứ nhất")
    second_verdict = tables.Column("Kết luận thứ hai")
    second_at = day("Xem lại ngày")
    commune = tables.Column("Xã", accessor="pair__left__commune__name", orderable=False)

    class Meta:
        model = SecondLook
        fields: list[str] = []

    @classmethod
    def listed(cls, rows: QuerySet[SecondLook], officer: Officer) -> QuerySet[SecondLook]:
        return rows.select_related("pair__left__commune", "pair__right").defer("picture")

    def render_people(self, record: SecondLook) -> SafeString:
        page = reverse("registry:duplicate_pair", args=[record.pair.public_id])
        return format_html('<a href="{}">{}</a>', page, f"{record.pair.left} · {record.pair.right}")


class ChangeRows(RowTable):
    title = tables.Column("Việc", order_by="kind", linkify=True)
    about = tables.Column("Về", empty_values=(), orderable=False)
    received_on = day("Nhận ngày")
    due_on = day("Hạn")
    decided_at = day("Ghi ngày")
    decided_by = tables.Column("Cán bộ", orderable=False)
    commune = tables.Column("Xã", accessor="commune__name", order_by="commune__sort_key")

    class Meta:
        model = Change
        fields: list[str] = []

    @classmethod
    def listed(cls, rows: QuerySet[Change], officer: Officer) -> QuerySet[Change]:
        return rows.select_related("resident", "household", "decided_by", "commune").defer("fields", "lines")

    def render_about(self, record: Change) -> str:
        return str(record.resident or record.household or "")


class RosterTable(RowTable):
    file_name = tables.Column("Tệp", linkify=True)
    state = tables.Column("Tình trạng", attrs={"td": {"class": "fit"}})
    uploaded_by = tables.Column("Người nộp", orderable=False)
    applied_at = day("Ghi xong ngày")
    commune = tables.Column("Xã", accessor="commune__name", order_by="commune__sort_key")

    class Meta:
        model = Roster
        fields: list[str] = []

    @classmethod
    def listed(cls, rows: QuerySet[Roster], officer: Officer) -> QuerySet[Roster]:
        return rows.select_related("uploaded_by", "commune").defer("content", "told")


class RosterRowTable(RowTable):
    number = tables.Column("Dòng", attrs=END)
    name = tables.Column("Họ và tên", orderable=False)
    verdict = tables.Column("Kết quả kiểm tra", attrs={"td": {"class": "fit"}})
    applied_at = day("Ghi ngày")
    roster = tables.Column("Danh sách", accessor="roster__file_name", orderable=False)
    commune = tables.Column("Xã", accessor="roster__commune__name", orderable=False)

    class Meta:
        model = RosterRow
        fields: list[str] = []

    @classmethod
    def listed(cls, rows: QuerySet[RosterRow], officer: Officer) -> QuerySet[RosterRow]:
        shown = ("number", "name", "verdict", "applied_at", "roster__file_name", "roster__commune__name")
        return rows.select_related("roster__commune").only(*shown)


class TrailRows(RowTable):
    """Who, when and why. Of a look outside neither whom it was about nor what was found."""

    at = tables.DateTimeColumn(verbose_name="Lúc", format=MOMENT, attrs=FIT)
    actor_name = tables.Column("Cán bộ", orderable=False)
    about = tables.Column("Về", empty_values=(), orderable=False)
    reason = tables.Column("Lý do, căn cứ", orderable=False, default="–")
    commune = tables.Column("Đơn vị", accessor="unit_name", orderable=False)

    class Meta:
        model = AuditEvent
        fields: list[str] = []
        order_by = "-at"

    def render_about(self, record: AuditEvent) -> str:
        return "người của xã khác" if record.action == Action.SEARCH_OUTSIDE else record.target_label


TABLES: Final[dict[str, type[RowTable]]] = {
    "residents": ResidentRows,
    "households": HouseholdRows,
    "findings": FindingRows,
    "applications": ApplicationRows,
    "pairs": PairRows,
    "cards": CardRows,
    "steps": StepRows,
    "accounts": AccountRows,
    "merges": MergeRows,
    "second_looks": SecondLookRows,
    "changes": ChangeRows,
    "rosters": RosterTable,
    "roster_rows": RosterRowTable,
    "trail": TrailRows,
}
