"""Drafts: what was typed into a form, kept by address until the form is saved."""

import datetime as dt
import re
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import Draft, Officer
from accounts.scope import OfficerRequest

NEVER_KEPT = {"csrfmiddlewaretoken", "password", "oldpassword", "password1", "password2", "code"}
LARGEST = 100_000  # characters of one draft, names of the fields included; a form of ours has a few thousand
MOST = 20  # drafts of one officer; the oldest make room
KEPT_DAYS = 30

# The pages that show a draft again. Names of addresses only, no imports; nothing else is ever stored.
FORMS = {
    "registry:resident_form",
    "registry:resident_edit",
    "registry:cleanup_case",
    "registry:duplicate_pair",
    "cards:application_form",
}
UNSTORABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # PostgreSQL keeps no NUL; tab and line feed stay


def is_of_ours(path: str) -> bool:
    """Whether `path` is an address of this site and nothing else: no host, no scheme, nothing a browser would mend."""
    is_clean = path.startswith("/") and "\\" not in path and not UNSTORABLE.search(path)
    return is_clean and url_has_allowed_host_and_scheme(path, allowed_hosts=None)


def accepts(path: str) -> bool:
    """Whether a draft may be kept at `path`: one of the FORMS, at an address of ours."""
    if not is_of_ours(path) or len(path) > 300:
        return False
    try:
        return resolve(path).view_name in FORMS
    except Resolver404:
        return False


def keep(officer: Officer, path: str, typed: QueryDict) -> Draft | None:
    """Store what was typed at `path`, over what was stored before, in a transaction of its own.

    Nothing worth keeping, far too much, or no form of ours at that address: None.
    """
    fields = {_storable(name): [_storable(value) for value in typed.getlist(name)] for name in typed}
    fields = {name: values for name, values in fields.items() if name not in NEVER_KEPT}
    if not any(value for values in fields.values() for value in values) or not accepts(path):
        return None
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > LARGEST:
        return None
    with transaction.atomic():
        draft, is_new = Draft.objects.update_or_create(officer=officer, path=path, defaults={"fields": fields})
        if is_new:
            _make_room(officer)
    return draft


def _storable(text: str) -> str:
    return UNSTORABLE.sub("", text)


def _make_room(officer: Officer) -> None:
    kept = Draft.objects.filter(officer=officer).order_by("-saved_at", "-pk").values("pk")[:MOST]
    Draft.objects.filter(officer=officer).exclude(pk__in=kept).delete()


def load(request: OfficerRequest) -> dict[str, Any]:
    """What this officer had typed at this address, as a form's `initial`; empty when nothing waits.

    One value a name, the last: no form of ours has a field of several values.
    """
    draft = Draft.objects.filter(officer=request.user, path=request.path).first()
    return {name: values[-1] for name, values in draft.fields.items() if values} if draft else {}


def saved_at(request: OfficerRequest) -> dt.datetime | None:
    """When the draft that waits at this address was saved; None without one."""
    return Draft.objects.filter(officer=request.user, path=request.path).values_list("saved_at", flat=True).first()


def forget(request: OfficerRequest, path: str | None = None) -> None:
    """The form was saved, or what was typed is not wanted: the draft goes, in the same transaction."""
    Draft.objects.filter(officer=request.user, path=path or request.path).delete()


def forget_old() -> int:
    """Drop drafts nobody came back to for KEPT_DAYS. Answers how many."""
    limit = timezone.now() - dt.timedelta(days=KEPT_DAYS)
    return Draft.objects.filter(saved_at__lt=limit).delete()[0]
