"""Taking in a file: where it comes from, and what is refused before it is read."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.audit import record
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from registry import tasks
from registry.models import Roster, RosterState
from registry.rosters import intake
from registry.rosters.forms import SENT_ON, UploadForm, token_in
from registry.rosters.reading.book import open_book
from registry.rosters.refusal import RosterRefused

MENDS, INSTEAD = "sua", "thay"
"""?sua=<list> mends the failing rows of that list; ?thay=<list> asks again what a refused file was said to be."""

LOOKED_AT_BYTES = 1024 * 1024
"""A small file is opened at once (about a second, in a process of its own): macros, a password, a bomb are refused
beside the field. A larger one the worker opens."""


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.ROSTERS_WORK)
def roster_new(request: OfficerRequest) -> HttpResponse:
    parent = _named(request, MENDS)
    if request.method != "POST":
        known = parent or _named(request, INSTEAD)
        form = UploadForm(officer=request.user, **({"initial": _said_of(known)} if known else {}))
        return _page(request, form, parent, token=uuid.uuid4())
    form = UploadForm(request.POST, request.FILES, officer=request.user)
    token = token_in(request.POST)
    if not form.is_valid():
        return _page(request, form, parent, token=token, status=422)
    try:
        one = _take_in(request, form, parent, token)
    except RosterRefused as refused:
        record(request, Action.REFUSED, sentence=f"Tệp danh sách không nhận được: {refused}")
        form.add_error("file", str(refused))
        return _page(request, form, parent, token=token, status=422)
    tasks.roster_go_on.delay_on_commit(one.pk)
    return redirect(one)


def _take_in(request: OfficerRequest, form: UploadForm, parent: Roster | None, token: uuid.UUID) -> Roster:
    values = form.cleaned_data
    asked = {name: values[name] for name in ("source_name", "source_code", "source_on")}
    file = values["file"]
    content = file.read()
    if len(content) <= LOOKED_AT_BYTES:
        open_book(content, file.name)
    return intake.take_in(file.name, content, by=request.user, token=token, parent=parent, **asked)


def _named(request: OfficerRequest, name: str) -> Roster | None:
    """The list that the address names, of the officer's commune; another's is a 404."""
    asked = request.GET.get(name, "")
    if not asked:
        return None
    try:
        public_id = uuid.UUID(asked)
    except ValueError:
        return None
    return find(request, Roster.objects.select_related("source").defer("content"), public_id)


def _said_of(known: Roster) -> dict[str, object]:
    return {
        "source_name": known.source.name if known.source else "",
        "source_code": known.source_code,
        "source_on": known.source_on,
    }


def _page(
    request: OfficerRequest, form: UploadForm, parent: Roster | None, *, token: uuid.UUID, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "parent": parent,
        "token": token,
        "endings": ",".join(SENT_ON),
        "is_mended": parent is not None and parent.state == RosterState.APPLIED,
    }
    return render(request, "registry/rosters/new.html", context, status=status)
