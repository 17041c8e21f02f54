"""Which communes an officer may see: `in_scope()`, the one door, and the decorator that every desk's view wears."""

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from django.contrib.auth.decorators import login_required
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails

from accounts.audit import record
from accounts.models import Action, Officer, Unit
from accounts.roles import Right, Role

NOTHING = Q(pk__in=[])
M = TypeVar("M", bound=Model)
P = ParamSpec("P")


class OfficerRequest(HttpRequest):
    """What a desk's view gets: somebody is signed in, and django-htmx has looked at the headers. For the types only."""

    user: Officer
    htmx: HtmxDetails


View = Callable[Concatenate[OfficerRequest, P], HttpResponse]


def communes_of(officer: Officer, path: str = "commune", *, parent: str | None = None) -> Q:
    """The condition that keeps a queryset to an officer's communes.

    `path` leads from the row to its commune (`"commune"`, `"resident__commune"`, or `"pk"` for units themselves).
    An officer and a chief see their commune, a province supervisor the communes of the province, the ministry all;
    the auditor and the administrator see none (facts.md section 10).
    """
    match Role(officer.role):
        case Role.OFFICER | Role.CHIEF:
            return Q(**{path: officer.unit_id})
        case Role.PROVINCE_SUPERVISOR:
            return Q(**{parent or f"{path}__parent": officer.unit_id})
        case Role.MINISTRY_SUPERVISOR:
            return Q()
        case _:
            return NOTHING


def answers_for(officer: Officer, commune: Unit) -> bool:
    """communes_of() for one commune that is read already. No query."""
    match Role(officer.role):
        case Role.OFFICER | Role.CHIEF:
            return commune.pk == officer.unit_id
        case Role.PROVINCE_SUPERVISOR:
            return officer.unit_id is not None and commune.parent_id == officer.unit_id
        case Role.MINISTRY_SUPERVISOR:
            return True
        case _:
            return False


def works_in_one_commune(officer: Officer) -> bool:
    return Role(officer.role) in (Role.OFFICER, Role.CHIEF) and officer.unit_id is not None


class ScopedQuerySet(QuerySet[M]):
    """A queryset whose rows belong to a commune. A model says how by `commune_path`."""

    def in_scope(self, officer: Officer) -> Self:
        return self.filter(communes_of(officer, getattr(self.model, "commune_path", "commune")))


def desk(right: Right, *, poll: bool = False) -> Callable[[View[P]], View[P]]:
    """Who may: signed in, and with this right. Otherwise the sign-in page, or a refusal that is audited.

    `poll=True` marks an address that the page itself asks every few seconds: it does not keep a session awake.
    """

    def wrap(view: View[P]) -> View[P]:
        @login_required
        @functools.wraps(view)
        def guarded(request: OfficerRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.can(right):
                return refuse(request, right)
            return view(request, *args, **kwargs)

        guarded.__dict__.update(right=right, is_poll=poll)
        return guarded

    return wrap


def refuse(request: HttpRequest, right: Right) -> HttpResponse:
    """Answer 403 with a plain sentence, and leave a line in the trail."""
    record(request, Action.REFUSED, sentence=f"Không có quyền {right.value}: {request.path}")
    return render(request, "403.html", {"right": right.value}, status=403)


def find(request: OfficerRequest, rows: ScopedQuerySet[M], public_id: Any) -> M:
    """The row with this public id, if it lies in the officer's scope; otherwise 404.

    A row that exists elsewhere answers exactly like one that does not exist, but the attempt is audited.
    """
    row = rows.in_scope(request.user).filter(public_id=public_id).first()
    if row is not None:
        return row
    elsewhere = rows.filter(public_id=public_id).first()
    if elsewhere is not None:
        record(request, Action.REFUSED, target=elsewhere, sentence=f"Mở địa chỉ ngoài địa bàn: {request.path}")
    raise Http404
