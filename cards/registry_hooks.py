"""What cards adds to the rooms below it; CardsConfig.ready() calls sign_up() once."""

from typing import Any

from django.db.models import Count, Q, Window
from django.urls import reverse

from accounts.home import panels as home
from accounts.models import Officer
from accounts.roles import Right
from accounts.sign_in.reading import describe
from cards import exports
from cards.applications import conditions, merging, queues, rules
from cards.applications import panels as file_page
from cards.applications.clock import calendar_for, late_words
from cards.applications.closing import close_of_the_dead
from cards.applications.forms import ApplicationForm
from cards.applications.tables import PILLS, Due, read_file_number
from cards.appointments import panel as appointment_panel
from cards.batches import papers as batch_papers
from cards.components import panel as component_panel
from cards.deliveries import panel as stock_panel
from cards.deliveries import papers as hand_over_papers
from cards.eid import merging as eid_merging
from cards.eid import page as eid_page
from cards.eid import rules as eid_rules
from cards.invitations import merging as invitations_merging
from cards.invitations import papers as invitations_papers
from cards.models import (
    Application,
    Appointment,
    Batch,
    Counter,
    Invitation,
    PrintJob,
    Receipt,
    ResultFile,
    SlotRule,
    State,
    StockCard,
    due_today,
    overdue,
    waiting_long,
)
from cards.papers import contents as paper_contents
from cards.receipts import panel as receipt_panel
from cards.receipts import papers as receipt_papers
from registry.addresses import followers
from registry.duplicates import moving
from registry.events.closing import register_closer
from registry.models import Resident
from registry.residents import panels as record_page
from registry.residents.search import Hit, register_finder

SHOWN = 8
QUEUED = ("lam-do", "tra-lai", "cho-cong-dan")
"""Queues whose figures stand on the home page besides those of the list."""


def sign_up() -> None:
    home.register(home.Panel("cards-today", 10, "main", Right.APPLICATION_TAKE, "cards/home/_today.html", today))
    home.register(home.Panel("cards-counts", 20, "side", Right.APPLICATION_VIEW, "cards/home/_counts.html", counts))
    record_page.register("applications", applications_of)
    record_page.register("eid", eid_page.of_resident)
    register_finder(by_file_number)
    rules.sign_up()
    eid_rules.sign_up()
    file_page.register("components", component_panel.build)
    file_page.register("appointments", appointment_panel.build)
    file_page.register("eid", eid_page.of_application)
    stock_panel.sign_up()
    batch_papers.sign_up()
    paper_contents.sign_up()
    receipt_papers.sign_up()
    receipt_panel.sign_up()
    hand_over_papers.sign_up()
    invitations_papers.sign_up()
    exports.sign_up()
    conditions.sign_up()
    register_closer("applications", close_of_the_dead)
    followers.follow(Application, numbered=("year", "serial"))
    followers.follow(Counter, numbered=("year", "series"))
    followers.follow(Receipt, numbered=("year", "serial"))
    followers.follow(Batch, numbered=("year", "serial"))
    followers.follow(Invitation, numbered=("year", "serial"))
    followers.follow(SlotRule, numbered=("purpose", "weekday", "starts", "valid_from"))
    followers.follow(ResultFile, numbered=("sha256",))
    for model in (Appointment, PrintJob, StockCard):
        followers.follow(model)
    moving.register(merging.MOVER)
    moving.register(eid_merging.MOVER)
    for mover in invitations_merging.MOVERS:
        moving.register(mover)
    describe("cards:application_form", lambda _: ApplicationForm.base_fields)
    describe("cards:application_fill", lambda _: ApplicationForm.base_fields)


def today(officer: Officer) -> dict[str, Any]:
    """Files promised for today or earlier, the oldest promise first, and how many there are. Two queries."""
    rows = Application.objects.in_scope(officer).filter(due_today()).select_related("resident")
    counted = list(rows.annotate(total=Window(Count("pk"))).order_by("promised_on", "pk")[:SHOWN])
    calendar = calendar_for(counted)
    return {
        "rows": [{"file": row, "late": late_words(row, calendar)} for row in counted],
        "total": getattr(counted[0], "total", 0) if counted else 0,
        "url": f"{reverse('cards:applications')}?due={Due.TODAY}",
    }


def counts(officer: Officer) -> dict[str, Any]:
    """How many files wait for what; every figure opens exactly its list. Two queries."""
    figures = Application.objects.in_scope(officer).aggregate(
        arrived=Count("pk", filter=Q(state=State.ARRIVED)),
        long=Count("pk", filter=waiting_long()),
        data=Count("pk", filter=Q(state=State.WAITING_FOR_DATA)),
        received=Count("pk", filter=Q(state=State.RECEIVED)),
        overdue=Count("pk", filter=overdue()),
        **{slug: Count("pk", filter=queues.QUEUES[slug].condition(officer)) for slug in QUEUED},
    )
    rows = [
        ("Thẻ về chờ trả", "arrived", f"state={State.ARRIVED}"),
        ("Thẻ về lâu chưa trả", "long", f"due={Due.WAITING_LONG}"),
        ("Quá hạn", "overdue", f"due={Due.OVERDUE}"),
        ("Chờ điều chỉnh dữ liệu", "data", f"state={State.WAITING_FOR_DATA}"),
        ("Đã thu nhận, chưa chuyển cấp trên", "received", f"state={State.RECEIVED}"),
    ]
    page = reverse("cards:applications")
    shown = [(label, figures[key], f"{page}?{query}") for label, key, query in rows]
    shown += [(queues.QUEUES[slug].title, figures[slug], reverse("cards:queue", args=[slug])) for slug in QUEUED]
    return {"counts": [{"label": label, "value": value, "url": url} for label, value, url in shown]}


def applications_of(resident: Resident, officer: Officer) -> tuple[str, dict[str, Any]]:
    """The person's files on the record page, newest first. One query."""
    rows = list(Application.objects.in_scope(officer).filter(resident=resident))
    shown = [{"file": row, "pill": PILLS.get(row.state, "quiet")} for row in rows]
    may_book = officer.can(Right.APPLICATION_TAKE) and not any(row.is_open for row in rows)
    return "cards/applications/_of_resident.html", {"applications": shown, "may_book": may_book}


def by_file_number(text: str, officer: Officer) -> list[Hit]:
    """Files whose number was typed into the one box, or scanned from a slip."""
    wanted = read_file_number(text)
    if wanted is None or not officer.can(Right.APPLICATION_VIEW):
        return []
    rows = Application.objects.in_scope(officer).filter(wanted).select_related("resident", "commune")[:SHOWN]
    return [
        Hit(
            reverse("cards:application", args=[row.public_id]),
            f"Hồ sơ {row.file_number}",
            f"{row.resident} · {row.get_kind_display().lower()} · {row.commune}",
            row.get_state_display(),
        )
        for row in rows
    ]
