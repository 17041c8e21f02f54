"""Drafts: what was typed into a form, kept by address until the form is saved."""

import datetime as dt
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from accounts.models import Draft, Officer
from accounts.scope import OfficerRequest

NEVER_KEPT = {"csrfmiddlewaretoken", "password", "oldpassword", "password1", "password2", "code"}
LARGEST = 100_000  # characters of one draft; a form of ours has a few thousand
KEPT_DAYS = 30


def keep(officer: Officer, path: str, typed: QueryDict) -> Draft | None:
    """Store what was typed at `path`, over what was stored before. Nothing worth keeping, or far too much: None."""
    fields = {name: typed.getlist(name) for name in typed if name not in NEVER_KEPT}
    size = sum(len(value) for values in fields.values() for value in values)
    if not size or size > LARGEST:
        return None
    draft, _ = Draft.objects.update_or_create(officer=officer, path=path[:300], defaults={"fields": fields})
    return draft


def load(request: OfficerRequest) -> dict[str, Any]:
    """What this officer had typed at this address, as a form's `initial`; empty when nothing waits."""
    draft = Draft.objects.filter(officer=request.user, path=request.path).first()
    if draft is None:
        return {}
    return {name: values[0] if len(values) == 1 else values for name, values in draft.fields.items()}


def forget(request: OfficerRequest) -> None:
    """The form was saved: its draft goes, in the same transaction."""
    Draft.objects.filter(officer=request.user, path=request.path).delete()


def forget_old() -> int:
    """Drop drafts nobody came back to for KEPT_DAYS. Answers how many."""
    limit = timezone.now() - dt.timedelta(days=KEPT_DAYS)
    return Draft.objects.filter(saved_at__lt=limit).delete()[0]
