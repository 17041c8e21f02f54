"""record(): one event of the trail, with its sentence, in the caller's transaction."""

import ipaddress
import re
from collections.abc import Iterable
from typing import Any

import pghistory
import pghistory.middleware
from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest

from accounts.models import Action, AuditEvent, Level, Officer, Unit

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # an address may carry them; PostgreSQL stores no NUL


def record(
    source: HttpRequest | Officer | None,
    action: Action,
    *,
    sentence: str,
    target: Model | None = None,
    reason: str = "",
    data: dict[str, Any] | None = None,
    by: Officer | None = None,
) -> AuditEvent:
    """Write one line: `source` is the request, or the officer where there is none, or None for the system itself.

    `by` names the acting officer where the request does not: half signed in, or just signed out.
    The target's name is copied as it reads today (`audit_label()` where the model has one): the line survives it.
    """
    event = _event(source, action, sentence=sentence, target=target, reason=reason, data=data, by=by)
    event.save(force_insert=True)
    return event


def record_all(source: HttpRequest | Officer, action: Action, lines: Iterable[tuple[Model, str]]) -> None:
    """One line for each (target, sentence): what one look or one act did to several. One query."""
    AuditEvent.objects.bulk_create(
        _event(source, action, sentence=sentence, target=target) for target, sentence in lines
    )


def record_each(
    source: HttpRequest | Officer | None, action: Action, lines: Iterable[tuple[Model, str, str, dict[str, Any]]]
) -> None:
    """As record_all(), each line with its reason and its data. One query."""
    AuditEvent.objects.bulk_create(
        _event(source, action, sentence=sentence, target=target, reason=reason, data=data)
        for target, sentence, reason, data in lines
    )


def _event(
    source: HttpRequest | Officer | None,
    action: Action,
    *,
    sentence: str,
    target: Model | None = None,
    reason: str = "",
    data: dict[str, Any] | None = None,
    by: Officer | None = None,
) -> AuditEvent:
    request = source if isinstance(source, HttpRequest) else None
    officer = by or (source if isinstance(source, Officer) else getattr(request, "user", None))
    if not isinstance(officer, Officer):
        officer = None
    return AuditEvent(
        action=action,
        sentence=CONTROL.sub("", sentence),
        reason=CONTROL.sub("", reason)[:300],
        data=data or {},
        ip_address=address_of(request) if request else None,
        **_who(officer, nobody="Chưa đăng nhập" if request else "Hệ thống"),
        **_where(officer.unit if officer else getattr(target, "commune", None)),
        **_whom(target),
    )


def note_basis(reason: str) -> None:
    """Let the history of the rows that are written from here on in this request know the basis too."""
    if reason:
        pghistory.context(reason=CONTROL.sub("", reason)[:300])


def _who(officer: Officer | None, *, nobody: str) -> dict[str, str]:
    if officer is None:
        return {"actor_name": nobody}
    return {"actor_badge": officer.badge_number, "actor_name": str(officer)}


def _where(unit: Unit | None) -> dict[str, str]:
    """The officer's unit; for what the system itself does, the commune that keeps the record."""
    if unit is None:
        return {}
    province = unit if unit.level == Level.PROVINCE else unit.parent
    return {
        "unit_code": unit.code,
        "unit_name": unit.name,
        "province_code": province.code if province else "",
    }


def _whom(target: Model | None) -> dict[str, str]:
    if target is None:
        return {}
    label = target.audit_label() if hasattr(target, "audit_label") else str(target)
    return {
        "target_kind": str(target._meta.verbose_name),
        "target_ref": str(getattr(target, "public_id", target.pk)),
        "target_label": label[:200],
    }


def address_of(request: HttpRequest) -> str | None:
    """The client's address: the last one that a trusted proxy wrote, otherwise the connection's own."""
    proxies = getattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 0)
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    found = hops[-proxies] if proxies and len(hops) >= proxies else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(found))
    except ValueError:
        return None


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    """Every row that a request changes remembers the officer and the request (django-pghistory's context)."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        officer = getattr(request, "user", None)
        who = (officer.badge_number, officer.full_name) if isinstance(officer, Officer) else ("", "")
        return super().get_context(request) | {"badge": who[0], "officer": who[1], "method": request.method}
