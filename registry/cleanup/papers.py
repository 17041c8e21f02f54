"""Rules about what is printed on a card: D24, D25, L15."""

import datetime as dt
from collections import defaultdict

from django.db.models import Q
from django.utils import timezone

from accounts.text import fold
from registry.cleanup.examples import card, person
from registry.cleanup.facts import CARD_KINDS, Facts, register_facts
from registry.cleanup.rules import Evidence, rule
from registry.models import ChangedPerson, ChangeState
from registry.values.card_terms import SOCIAL_ORDER, expiry, is_lawful, issuer_meant, issuer_on

DAY = "%d/%m/%Y"
NEW_CARD = "CAN_CUOC"
REPRINTED = "reprinted"
PRINTED = ("họ tên", "ngày sinh", "giới tính")
"""What a card shows, as the lines of a change call it (registry/changes/picture.py)."""


@rule(
    "D24",
    fires=lambda: person(documents=[card(issued_by=SOCIAL_ORDER)]),
    quiet=lambda: person(
        documents=[card(), card(kind="CCCD_CHIP", issued_on=dt.date(2021, 5, 10), issued_by=SOCIAL_ORDER)]
    ),
    spared=lambda: person(documents=[card(issued_by="")]),
    exception="Chưa ghi nơi cấp là việc của E25.",
    limits="So theo từ nhận biết; nơi cấp viết lạ thì không xét.",
)
def issuer_does_not_fit_the_day(facts: Facts) -> Evidence | None:
    for row in facts.documents:
        if row.kind not in CARD_KINDS or row.issued_on is None:
            continue
        meant, right = issuer_meant(fold(row.issued_by)), issuer_on(row.issued_on)
        if meant and meant != right:
            values = {"Ngày cấp": row.issued_on.strftime(DAY), "Nơi cấp": row.issued_by, "Đúng là": right}
            return Evidence(f"Thẻ cấp ngày {row.issued_on:{DAY}} do “{right}” cấp.", values)
    return None


@rule(
    "D25",
    fires=lambda: person(documents=[card(expires_on=dt.date(2031, 5, 21))]),
    quiet=lambda: person(),
    spared=lambda: person(
        documents=[card(kind="CCCD_CHIP", issued_on=dt.date(2021, 5, 10), expires_on=dt.date(2031, 5, 10))]
    ),
    exception="Thẻ cấp trước 01/7/2024 theo hạn in trên thẻ.",
)
def expiry_does_not_fit_the_age(facts: Facts) -> Evidence | None:
    for row in facts.cards:
        if row.kind != NEW_CARD or row.issued_on is None or facts.birth is None:
            continue
        if not (row.expires_on or row.no_expiry):
            continue  # not known yet: E25
        if not is_lawful(facts.birth, issued_on=row.issued_on, expires_on=row.expires_on):
            ends = expiry(facts.birth, row.issued_on)
            said = f"{row.expires_on:{DAY}}" if row.expires_on else "không thời hạn"
            values = {"Ngày cấp": row.issued_on.strftime(DAY), "Hạn đang ghi": said,
                      "Theo Điều 21": f"{ends:{DAY}}" if ends else "không thời hạn"}  # fmt: skip
            return Evidence("Hạn thẻ không khớp tuổi phải đổi thẻ.", values)
    return None


@rule(
    "L15",
    fires=lambda: person(more={REPRINTED: [(dt.date(2026, 3, 1), "họ tên", "Nguyễn Thị Hoà")]}),
    quiet=lambda: person(more={REPRINTED: []}),
    spared=lambda: person(more={REPRINTED: [(dt.date(2023, 3, 1), "họ tên", "Nguyễn Thị Hoà")]}),
    exception="Thẻ cấp sau khi thông tin đã đổi.",
    limits="Chỉ xét thay đổi ghi bằng một việc có giấy tờ, không xét sửa lỗi nhập trên phiếu.",
)
def printed_data_changed(facts: Facts) -> Evidence | None:
    changed = facts.more.get(REPRINTED) or []
    issued = max((row.issued_on for row in facts.cards if row.issued_on), default=None)
    if issued is None:
        return None
    found = {what: before for day, what, before in changed if day > issued}
    if not found:
        return None
    values = {f"{what.capitalize()} trước khi đổi": before for what, before in found.items()}
    return Evidence(f"Đã đổi {', '.join(found)} sau ngày cấp thẻ {issued:{DAY}}.", values)


def load(ids: list[int]) -> dict[int, list[tuple[dt.date, str, str]]]:
    """(day, what, before) of every change with a paper that touched what a card prints. One query."""
    printed = Q()
    for what in PRINTED:
        printed |= Q(change__lines__contains=[{"what": what}])
    rows = ChangedPerson.objects.filter(printed, resident__in=ids, change__state=ChangeState.APPLIED)
    found: dict[int, list[tuple[dt.date, str, str]]] = defaultdict(list)
    for row in rows.select_related("change", "resident").order_by("change__decided_at"):
        assert row.change.decided_at is not None
        day = row.change.effective_on or timezone.localdate(row.change.decided_at)
        for line in row.change.lines:
            if line["ref"] == str(row.resident.public_id) and line["what"] in PRINTED and line["before"]:
                found[row.resident_id].append((day, line["what"], line["before"]))
    return found


register_facts(REPRINTED, load)
