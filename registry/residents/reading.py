"""Views that only read: what is seen in a name while it is typed, and the history of a record by field."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts.audit import record
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from accounts.text import clean
from registry.models import Resident
from registry.residents.family_card import family_card
from registry.residents.history import history_of
from registry.residents.life_line import homes_of
from registry.values.names import MAX_LENGTH, flaws, marked_sex, split_name

NEWEST = 8  # on the record itself
SEX_WORDS = {"1": "nam", "2": "nữ"}


@require_POST
@desk(Right.RESIDENT_WRITE)
def read_name(request: OfficerRequest) -> HttpResponse:
    """Họ / chữ đệm / tên as the program takes the name apart, what is wrong with it, and the sex it speaks for."""
    name = clean(request.POST.get("full_name", ""))[:MAX_LENGTH]
    group = request.POST.get("ethnic_group") or None
    sex, speaks = request.POST.get("sex", ""), marked_sex(name, ethnic_group=group)
    context: dict[str, Any] = {"name": name}
    if name:
        context |= {"parts": split_name(name, group), "flaws": flaws(name, ethnic_group=group)}
        if speaks and sex in SEX_WORDS and speaks != sex:
            context["sex_differs"] = f"Tên thường là của {SEX_WORDS[speaks]}, phiếu ghi {SEX_WORDS[sex]}."
    return render(request, "registry/residents/_name_read.html", context)


@desk(Right.RESIDENT_VIEW)
def history(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """Every field that changed: a page, or the newest few as a fragment of the record."""
    person = find(request, Resident.objects.all(), public_id)
    record(request, Action.VIEW, target=person, sentence=f"Xem lịch sử thay đổi của {person.audit_label()}")
    entries = history_of(person, request.user)
    if request.htmx:
        return render(request, "registry/residents/_history.html", {"entries": entries[:NEWEST]})
    return render(request, "registry/residents/history.html", {"resident": person, "entries": entries})


@desk(Right.RESIDENT_VIEW)
def family(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The family: a fragment of the record, or a page of its own without scripts."""
    person = find(request, Resident.objects.select_related("commune"), public_id)
    record(request, Action.VIEW, target=person, sentence=f"Xem nhân thân của {person.audit_label()}")
    template = "registry/residents/_family.html" if request.htmx else "registry/residents/family.html"
    return render(request, template, {"person": person, "family": family_card(person, request.user)})


@desk(Right.RESIDENT_VIEW)
def homes(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """Where the person lived and lives: a fragment of the record, or a page of its own without scripts."""
    person = find(request, Resident.objects.all(), public_id)
    record(request, Action.VIEW, target=person, sentence=f"Xem nơi cư trú của {person.audit_label()}")
    template = "registry/residents/_homes.html" if request.htmx else "registry/residents/homes.html"
    return render(request, template, homes_of(person))
