"""The list of hamlets, with how many people and households live in each."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from registry.models import Hamlet

FIGURE = {"td": {"class": "end number"}, "th": {"class": "end"}}


class HamletTable(tables.Table):
    """`counts`: key of a hamlet -> (people, households), for the officer's own commune; without it those columns go."""

    name = tables.Column("Thôn, tổ dân phố", order_by=("sort_key", "pk"))
    commune = tables.Column("Xã, phường", order_by=("commune__sort_key", "sort_key"))
    people = tables.Column("Nhân khẩu", empty_values=(), orderable=False, attrs=FIGURE)
    households = tables.Column("Hộ", empty_values=(), orderable=False, attrs=FIGURE)
    officer = tables.Column("Cán bộ phụ trách", accessor="officer__full_name", default="", orderable=False)
    valid_from = tables.DateColumn(verbose_name="Từ ngày", format="d/m/Y", default="", attrs={"td": {"class": "fit"}})
    actions = tables.Column("Sửa", empty_values=(), orderable=False, attrs={"td": {"class": "fit end"}})

    class Meta:
        order_by = "name"
        empty_text = "Chưa có thôn, tổ nào trong danh sách"

    def __init__(
        self, *args, counts: dict[str, tuple[int, int]] | None = None, may_manage: bool = False, **kwargs
    ) -> None:
        hidden = ["commune"] if counts is not None else ["people", "households"]
        super().__init__(*args, exclude=[*hidden, *([] if may_manage else ["actions"])], **kwargs)
        self.counts = counts or {}

    def render_people(self, record: Hamlet) -> int:
        return self.counts.get(record.name_folded, (0, 0))[0]

    def render_households(self, record: Hamlet) -> int:
        return self.counts.get(record.name_folded, (0, 0))[1]

    def render_actions(self, record: Hamlet) -> SafeString:
        return format_html(
            '<a class="btn btn-outline btn-sm" href="{}">Sửa, phân công<span class="visually-hidden"> {}</span></a>',
            reverse("registry:hamlet", args=[record.public_id]),
            record.name,
        )
