"""Views that answer while the officer types: the one box, its suggestions, what the number says."""

import urllib.parse
import uuid
from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.audit import record
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk
from accounts.text import clean
from registry.models import Resident
from registry.residents.search import YEAR, Asked, Hit, find, find_outside, lookalikes, other_hits, read
from registry.values import partial_date, personal_number
from registry.values.partial_date import DateRefused

SUGGESTED = 8
LEAST_REASON = 5  # letters; the auditor reads the reason, the machine only sees that there is one


@desk(Right.RESIDENT_VIEW)
def search(request: OfficerRequest) -> HttpResponse:
    """The whole answer; one exact hit of a number opens at once. A POST asks outside the scope, with a reason."""
    text = (request.POST.get("q") or request.GET.get("q") or "").replace("\x00", "").strip()
    people = find(text, request.user)
    others = other_hits(text, request.user) if text else []
    asked = read(text)
    hits = others + [hit_of(person) for person in people]
    if text:
        record(request, Action.VIEW, sentence=f"Tra cứu “{text[:60]}”: {len(hits)} kết quả")
    if len(hits) == 1 and (asked.digits or others) and request.method == "GET":
        return redirect(hits[0].url)
    context = {"text": text, "hits": hits, "asked": asked, "outside": None, "may_ask_outside": bool(asked.digits)}
    context["register_url"] = f"{reverse('registry:resident_new')}?{urllib.parse.urlencode(to_register(asked))}"
    if request.method == "POST" and asked.digits:
        context |= search_outside(request, asked.digits)
    return render(request, "registry/residents/search.html", context)


def to_register(asked: Asked) -> dict[str, str]:
    """What the register form may be filled with when nobody was found."""
    if asked.card:
        return asked.card
    if asked.digits:
        return {"number": asked.digits} if len(asked.digits) == 12 else {}
    return {"full_name": YEAR.sub("", asked.text).strip(), "birth_date": str(asked.year or "")}


def search_outside(request: OfficerRequest, number: str) -> dict:
    """Who holds this number elsewhere: name, year and commune only. Needs a reason; every asking is an event."""
    reason = clean(request.POST.get("ly_do", ""))
    if len(reason) < LEAST_REASON:
        return {"reason_error": f"Ghi lý do tra cứu ngoài địa bàn (ít nhất {LEAST_REASON} ký tự).", "reason": reason}
    found = [one for one in find_outside(number, request.user) if one.commune_id != request.user.unit_id]
    record(
        request,
        Action.SEARCH_OUTSIDE,
        sentence=f"Tra cứu ngoài địa bàn số {number}: {len(found)} kết quả",
        reason=reason,
        data={"found": [str(one.public_id) for one in found]},
    )
    return {"outside": found, "reason": reason}


@desk(Right.RESIDENT_VIEW)
def suggest(request: OfficerRequest) -> HttpResponse:
    """A few lines under the box while typing. Fewer than two letters ask nothing."""
    text = request.GET.get("q", "").strip()
    asked = read(text)
    people = find(text, request.user, typing=True, limit=SUGGESTED) if len(text) > 1 else []
    others = other_hits(text, request.user) if len(text) > 3 else []
    hits = (others + [hit_of(person) for person in people])[:SUGGESTED]
    context = {
        "hits": hits,
        "asked": asked,
        "text": text,
        "all_url": f"{reverse('registry:search')}?{urllib.parse.urlencode({'q': text})}",
    }
    return render(request, "registry/residents/_suggestions.html", context)


def hit_of(person: Resident) -> Hit:
    born = person.birth_date.display() if person.birth_date else "chưa rõ ngày sinh"
    detail = f"{born} · {person.get_sex_display()} · {person.commune.name}"
    hit = Hit(reverse("registry:resident", args=[person.public_id]), person.full_name, detail)
    return hit if person.state == "living" else replace(hit, why=person.get_state_display())


@desk(Right.RESIDENT_WRITE)
def decode(request: OfficerRequest) -> HttpResponse:
    """While a person is being typed: what the number says, where it differs, and who may already be this person."""
    number = personal_number.bare(request.GET.get("number", ""))
    sex = request.GET.get("sex") or None
    year = year_of(request.GET.get("birth_date", ""))
    context = {"number": number, "sentence": "", "differs": [], "too_long": len(number) > 12}
    if len(number) == 12 and number.isdigit() and number.isascii():
        context["sentence"] = personal_number.decode(number).sentence()
        context["differs"] = personal_number.disagreements(
            number, sex=sex, birth_year=year, birth_province=request.GET.get("birth_registration_province") or None
        )
    own = own_record(request)
    context["lookalikes"] = lookalikes(
        name=request.GET.get("full_name", ""),
        year=year,
        number=number,
        officer=request.user,
        but=own.pk if own else None,
    )
    return render(request, "registry/residents/_seen.html", context)


def year_of(text: str) -> int | None:
    try:
        return partial_date.parse(text).year
    except DateRefused:
        return None


def own_record(request: OfficerRequest) -> Resident | None:
    """While a record is being edited (?but=its public id), it is no lookalike of itself."""
    try:
        public_id = uuid.UUID(request.GET.get("but", ""))
    except ValueError:
        return None
    return Resident.objects.in_scope(request.user).filter(public_id=public_id).first()
