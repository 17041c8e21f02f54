"""What the page of an account shows, and the panels on the page of a file and on the person's record."""

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import Officer
from accounts.roles import Right
from cards.eid.listing import is_overdue
from cards.eid.moves import MOVES, RAISE, ROAD, TAKE_IN, moves_for
from cards.eid.tables import PILLS
from cards.models import About, Application, Contact, EidAccount, EidLevel, EidState, EidStep
from registry.models import Resident
from registry.values import phone as phones


def everything(account: EidAccount, officer: Officer) -> dict[str, Any]:
    """Two queries: the steps and the tries to reach the person; the caller has read the rest along."""
    moves = moves_for(account, officer)
    contacts = account.resident.contacts.filter(about=About.EID).select_related("by")
    return {
        "account": account,
        "pill": PILLS[account.state],
        "is_overdue": is_overdue(account),
        "facts": facts(account),
        "road": road(account),
        "timeline": timeline(list(account.steps.select_related("by"))),
        "forward": [one for one in moves if not one.needs_note and not one.needs_phone and one.name != RAISE],
        "aside": [one for one in moves if one.needs_note],
        "may_rise": any(one.name == RAISE for one in moves),
        "may_change_phone": any(one.needs_phone for one in moves),
        "contacts": [told(one) for one in contacts],
        "can_take": officer.can(Right.APPLICATION_TAKE),
    }


def facts(account: EidAccount) -> list[dict[str, Any]]:
    return [
        {"label": "Mức độ", "value": account.get_level_display()},
        {"label": "Số điện thoại", "value": phones.display(account.phone) if account.phone else ""},
        {"label": "Hẹn trả kết quả", "value": _day(account.promised_on)},
        {"label": "Thu nhận", "value": _moment(account.collected_at), "note": str(account.collected_by or "")},
        {"label": "Phê duyệt", "value": _moment(account.approved_at), "note": str(account.approved_by or "")},
        {"label": "Cấp", "value": _moment(account.granted_at), "note": str(account.granted_by or "")},
        {"label": "Kích hoạt", "value": _moment(account.activated_at), "note": str(account.activated_by or "")},
        *([{"label": "Khóa", "value": _moment(account.locked_at), "note": account.locked_reason}]
          if account.state == EidState.LOCKED else []),
    ]  # fmt: skip


def road(account: EidAccount) -> list[dict[str, str]]:
    """What components/steps.html draws: from the counter to the citizen's telephone; a locked account stops there."""
    shown = []
    for state in ROAD:
        at = getattr(account, f"{state}_at")
        kind = "now" if account.state == state else ("done" if at else "todo")
        shown.append({"label": EidState(state).label, "state": kind, "when": _day(_date(at))})
    if account.state != EidState.LOCKED:
        return shown
    reached = [one for one in shown if one["state"] == "done"]
    return [*reached, {"label": EidState.LOCKED.label, "state": "stopped", "when": _day(_date(account.locked_at))}]


def timeline(steps: list[EidStep]) -> list[dict[str, Any]]:
    """Newest first."""
    return [
        {
            "when": f"{timezone.localtime(step.at):%H:%M %d/%m/%Y}",
            "title": sentence_of(step),
            "text": ". ".join(filter(None, [str(step.by), step.note])),
        }
        for step in reversed(steps)
    ]


def sentence_of(step: EidStep) -> str:
    if step.move == TAKE_IN:
        return f"Thu nhận tài khoản {step.get_level_display().lower()}"
    return MOVES[step.move].sentence if step.move in MOVES else step.get_to_state_display()


def told(contact: Contact) -> dict[str, Any]:
    again = f"liên hệ lại {contact.again_on:%d/%m/%Y}" if contact.again_on else ""
    return {
        "when": f"{timezone.localtime(contact.at):%H:%M %d/%m/%Y}",
        "title": f"{contact.get_via_display()}: {contact.get_result_display().lower()}",
        "text": ". ".join(filter(None, [str(contact.by), contact.note, again])),
    }


def _day(day: dt.date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _date(moment: dt.datetime | None) -> dt.date | None:
    return timezone.localdate(moment) if moment else None


def _moment(moment: dt.datetime | None) -> str:
    return f"{timezone.localtime(moment):%H:%M %d/%m/%Y}" if moment else ""


# --- panels ----------------------------------------------------------------------------------------------------------


def of_application(application: Application, officer: Officer) -> tuple[str, dict[str, Any]]:
    """On the page of a file: the account of its person, or the way to take one in with the file. One query."""
    account = EidAccount.objects.in_scope(officer).filter(resident=application.resident_id).first()
    return "cards/eid/_of_application.html", _panel(account, officer) | {
        "is_with_this_file": account is not None and account.application_id == application.pk,
        "file": application,
    }


def of_resident(resident: Resident, officer: Officer) -> tuple[str, dict[str, Any]]:
    """On the person's record page. One query."""
    account = EidAccount.objects.in_scope(officer).filter(resident=resident).first()
    return "cards/eid/_of_resident.html", _panel(account, officer) | {"resident": resident}


def _panel(account: EidAccount | None, officer: Officer) -> dict[str, Any]:
    may_take = officer.can(Right.APPLICATION_TAKE)
    rises = account is not None and account.level == EidLevel.ONE and account.state in MOVES[RAISE].sources
    return {
        "account": account,
        "pill": PILLS[account.state] if account else "",
        "is_overdue": account is not None and is_overdue(account),
        "may_take": may_take and (account is None or rises),
        "rises": rises,
    }
