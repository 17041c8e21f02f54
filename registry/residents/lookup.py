"""Views that answer while the officer types: the one box, its suggestions, what the number says."""

import datetime as dt
import time
import urllib.parse
import uuid
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.audit import record
from accounts.models import Action, AuditEvent
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk
from accounts.text import clean, fold
from registry.duplicates import check
from registry.models import Resident
from registry.residents.asked import Asked, read
from registry.residents.numbers import Elsewhere, cmnd_elsewhere
from registry.residents.scan import looks_like_scan, number_of
from registry.residents.search import Hit, find, find_outside, other_hits
from registry.values import partial_date, personal_number
from registry.values.partial_date import DateRefused

SAID_ONCE_WITHIN = dt.timedelta(hours=1)
SUGGESTED = 8
QUESTION = "suggested"  # in the session: what the last line about suggestions says, and when
QUESTION_SECONDS = 60
LEAST_REASON = 5  # letters; the auditor reads the reason, the machine only sees that there is one


@desk(Right.RESIDENT_VIEW)
def search(request: OfficerRequest) -> HttpResponse:
    """The whole answer; one exact hit of a number opens at once. A POST asks outside the scope, with a reason."""
    text = (request.POST.get("q") or request.GET.get("q") or "").replace("\x00", "").strip()
    if looks_like_scan(text):  # from an old address: a card is scanned by POST, and its text goes into no line
        text = number_of(text)
    people = find(text, request.user)
    others = other_hits(text, request.user) if text else []
    asked = read(text)
    hits = others + [hit_of(person) for person in people]
    if text:
        record(request, Action.VIEW, sentence=f"Tra cứu “{text[:60]}”: {len(hits)} kết quả")
    if len(hits) == 1 and (asked.digits or others) and request.method == "GET":
        return redirect(hits[0].url)
    context = {"text": text, "hits": hits, "asked": asked, "outside": None}
    context["register_url"] = f"{reverse('registry:resident_new')}?{urllib.parse.urlencode(to_register(asked))}"
    if request.method == "POST" and asked.may_go_outside:
        context |= search_outside(request, asked)
    return render(request, "registry/residents/search.html", context)


def to_register(asked: Asked) -> dict[str, str]:
    """What the register form may be filled with when nobody was found."""
    if asked.digits:
        return {"number": asked.digits} if len(asked.digits) == 12 else {}
    return {"full_name": asked.name, "birth_date": asked.born.display() if asked.born else ""}


def search_outside(request: OfficerRequest, asked: Asked) -> dict[str, Any]:
    """Who else has this number, or this name and year: name, year, commune only. Needs a reason; each is an event."""
    reason = clean(request.POST.get("ly_do", ""))
    if len(reason) < LEAST_REASON:
        return {"reason_error": f"Ghi lý do tra cứu ngoài địa bàn (ít nhất {LEAST_REASON} ký tự).", "reason": reason}
    found = find_outside(asked, request.user)
    what = f"số {asked.digits}" if asked.digits else f"“{asked.name}” sinh năm {asked.year}"
    record(
        request,
        Action.SEARCH_OUTSIDE,
        sentence=f"Tra cứu ngoài địa bàn {what}: {len(found)} kết quả",
        reason=reason,
        data={"found": [str(one.public_id) for one in found]},
    )
    return {"outside": found, "reason": reason}


@desk(Right.RESIDENT_VIEW)
def suggest(request: OfficerRequest) -> HttpResponse:
    """A few lines under the box while typing. Fewer than two letters ask nothing."""
    text = request.GET.get("q", "").strip()
    if looks_like_scan(text):
        text = ""
    asked = read(text)
    people = find(text, request.user, typing=True, limit=SUGGESTED) if len(text) > 1 else []
    others = other_hits(text, request.user) if len(text) > 3 else []
    hits = (others + [hit_of(person) for person in people])[:SUGGESTED]
    if people:
        write_down(request, text, people)
    context = {
        "hits": hits,
        "asked": asked,
        "text": text,
        "all_url": f"{reverse('registry:search')}?{urllib.parse.urlencode({'q': text})}",
    }
    return render(request, "registry/residents/_suggestions.html", context)


def write_down(request: OfficerRequest, text: str, people: list[Resident]) -> None:
    """One line for one question, however many letters it takes: letters added or taken back within QUESTION_SECONDS
    belong to the question already written. Whoever is opened, and the whole answer page, have lines of their own.
    """
    said = request.session.get(QUESTION, {"text": "", "at": 0})
    old, new = str(said["text"]), fold(text)
    same = bool(old) and (new.startswith(old) or old.startswith(new))
    if same and time.time() - said["at"] < QUESTION_SECONDS:
        return
    request.session[QUESTION] = {"text": new, "at": time.time()}
    record(
        request,
        Action.VIEW,
        sentence=f"Xem gợi ý khi gõ “{text[:60]}”: {len(people)} người",
        data={"found": [str(person.public_id) for person in people]},
    )


def hit_of(person: Resident) -> Hit:
    born = person.birth_date.display() if person.birth_date else "chưa rõ ngày sinh"
    detail = f"{born} · {person.get_sex_display()} · {person.commune.name}"
    hit = Hit(reverse("registry:resident", args=[person.public_id]), person.full_name, detail)
    return hit if person.state == "living" else replace(hit, why=person.get_state_display())


@require_POST
@desk(Right.RESIDENT_WRITE)
def decode(request: OfficerRequest) -> HttpResponse:
    """While a person is being typed: what the number says, where it differs, and who may already be this person."""
    number = personal_number.bare(request.POST.get("number", ""))
    sex = request.POST.get("sex") or None
    year = year_of(request.POST.get("birth_date", ""))
    context = {"number": number, "sentence": "", "differs": [], "too_long": len(number) > 12}
    if len(number) == 12 and number.isdigit() and number.isascii():
        context["sentence"] = personal_number.decode(number).sentence()
        context["differs"] = personal_number.disagreements(
            number, sex=sex, birth_year=year, birth_province=request.POST.get("birth_registration_province") or None
        )
    own = own_record(request)
    typed = check.typed_in(request.POST, request.user)
    answer = check.already_here(typed, officer=request.user, but=own.pk if own else None)
    context["already"] = answer.here
    context["almost_elsewhere"] = answer.elsewhere
    if answer.elsewhere:
        _write_elsewhere(request)
    context["elsewhere"] = _cmnd_elsewhere(request, own)
    return render(request, "registry/residents/_seen.html", context)


def _cmnd_elsewhere(request: OfficerRequest, own: Resident | None) -> Elsewhere:
    """Who else bears the CMND being typed. That somebody outside does is an answer about elsewhere: written once."""
    number = personal_number.bare(request.POST.get("cmnd", ""))
    found = cmnd_elsewhere(number, request.user, but=own.pk if own else None)
    sentence = f"Số CMND {number} còn ở một hồ sơ của xã khác: báo khi nhập"
    lately = AuditEvent.objects.filter(sentence=sentence, actor_badge=request.user.badge_number,
                                       at__gte=timezone.now() - SAID_ONCE_WITHIN)  # fmt: skip
    if found.is_outside and not lately.exists():
        record(request, Action.SEARCH_OUTSIDE, sentence=sentence)
    return found


def _write_elsewhere(request: OfficerRequest) -> None:
    """That a person of another commune resembles the one being typed is an answer about elsewhere: written once."""
    sentence = f"Báo khi nhập “{request.POST.get('full_name', '')[:60]}”: có hồ sơ rất giống ở xã khác"
    lately = AuditEvent.objects.filter(sentence=sentence, actor_badge=request.user.badge_number,
                                       at__gte=timezone.now() - SAID_ONCE_WITHIN)  # fmt: skip
    if not lately.exists():
        record(request, Action.SEARCH_OUTSIDE, sentence=sentence)


def year_of(text: str) -> int | None:
    try:
        return partial_date.parse(text).year
    except DateRefused:
        return None


def own_record(request: OfficerRequest) -> Resident | None:
    """While a record is being edited (?but=its public id), it is no lookalike of itself."""
    try:
        public_id = uuid.UUID(request.POST.get("but", ""))
    except ValueError:
        return None
    return Resident.objects.in_scope(request.user).filter(public_id=public_id).first()
