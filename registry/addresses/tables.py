"""Who would move: the preview of one hamlet of a divided commune."""

import django_tables2 as tables
from django.db.models import OuterRef, QuerySet

from registry.addresses.divided import Waiting
from registry.addresses.moving import reaching_past_its_unit
from registry.models import Membership, Residence, Resident


class MovingTable(tables.Table):
    """`street`, `hamlet` and `household_code` come as annotations: no query a row."""

    full_name = tables.Column("Họ và tên", order_by="sort_key", linkify=("registry:resident", [tables.A("public_id")]))
    birth = tables.Column(
        "Ngày sinh", accessor="birth_date", order_by="birth_latest_on", attrs={"td": {"class": "number fit"}}
    )
    street = tables.Column("Số nhà, đường", orderable=False, default="")
    hamlet = tables.Column("Thôn, tổ đang ghi", orderable=False)
    household_code = tables.Column("Hộ", orderable=False, default="", attrs={"td": {"class": "number"}})

    class Meta:
        order_by = "full_name"
        empty_text = "Không còn ai."

    def render_birth(self, value) -> str:
        return value.display() if value else "chưa rõ"


def listed(rows: QuerySet[Resident], one: Waiting) -> QuerySet[Resident]:
    lived = Residence.objects.filter(resident=OuterRef("pk"), unit=one.unit, hamlet__in=one.texts)
    lived = lived.filter(reaching_past_its_unit()).order_by("kind", "pk")
    member = Membership.objects.filter(resident=OuterRef("pk"), to_on=None)
    return rows.annotate(
        street=lived.values("street")[:1],
        hamlet=lived.values("hamlet")[:1],
        household_code=member.values("household__code")[:1],
    )
