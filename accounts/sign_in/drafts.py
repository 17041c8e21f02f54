"""Drafts: what was typed into a form, kept for the office by address until the form is saved.

An officer's saves land in the one live draft that he has at an address. At the address of a new record the office has
one draft that counts: while its lease runs a colleague waits, afterwards he may take it over. Whoever goes on typing
after that keeps what he types as a version of his own. Text is only removed by the officer, by a successful save, or
where the officer is told.
"""

import contextlib
import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.audit import record
from accounts.models import LIVE, Action, Draft, DraftState, Officer
from accounts.scope import OfficerRequest

NEVER_KEPT = {"csrfmiddlewaretoken", "password", "oldpassword", "password1", "password2", "code"}
LARGEST = 100_000  # characters of one draft, names of the fields included; a form of ours has a few thousand
MOST = 20  # drafts of one officer; the oldest makes room, and the officer is told
KEPT_DAYS = 30


@dataclass(frozen=True)
class Form:
    """A form that keeps drafts. `is_new_record`: the address stands for one record to be, so one officer at a time."""

    title: str
    is_new_record: bool = False


# The pages that show a draft again. Names of addresses only, no imports; nothing else is ever stored.
FORMS = {
    "registry:resident_form": Form("Ghi nhận cư dân", is_new_record=True),
    "registry:resident_edit": Form("Sửa hồ sơ cư dân"),
    "registry:resident_change": Form("Ghi thay đổi của công dân", is_new_record=True),
    "registry:household_change": Form("Ghi thay đổi của hộ", is_new_record=True),
    "registry:cleanup_case": Form("Kết luận việc làm sạch"),
    "registry:duplicate_pair": Form("Kết luận nghi trùng"),
    "registry:field_sheet": Form("Nhập kết quả phiếu phúc tra"),
    "cards:application_form": Form("Thu nhận hồ sơ căn cước", is_new_record=True),
    "cards:application_fill": Form("Thu nhận tiếp hồ sơ căn cước"),
}
UNSTORABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # PostgreSQL keeps no NUL; tab and line feed stay


class DraftRefused(ValueError):
    """Nothing was stored or taken over. The message is the sentence the officer reads."""


@dataclass(frozen=True)
class Kept:
    """What came of saving: the draft, and what the officer is to be told besides."""

    draft: Draft
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class Here:
    """What waits at one address: the officer's own live draft, what he has set aside, and what colleagues type."""

    own: Draft | None
    aside: tuple[Draft, ...]
    others: tuple[Draft, ...]

    @property
    def holder(self) -> Draft | None:
        """The colleague's draft that counts at this address, if one does."""
        return next((one for one in self.others if one.state == DraftState.HELD), None)

    @property
    def typed(self) -> dict[str, Any]:
        return values_of(self.own) if self.own else {}


def is_of_ours(path: str) -> bool:
    """Whether `path` is an address of this site and nothing else: no host, no scheme, nothing a browser would mend."""
    is_clean = path.startswith("/") and "\\" not in path and not UNSTORABLE.search(path)
    return is_clean and url_has_allowed_host_and_scheme(path, allowed_hosts=None)


def form_at(path: str) -> Form | None:
    """The form that keeps its draft at `path`, if it is an address of ours."""
    if not is_of_ours(path) or len(path) > 300:
        return None
    try:
        return FORMS.get(resolve(path).view_name)
    except Resolver404:
        return None


def accepts(path: str) -> bool:
    return form_at(path) is not None


# --- Keeping and reading ---------------------------------------------------------------------------------------------


def keep(officer: Officer, path: str, typed: QueryDict, *, known: str = "") -> Kept | None:
    """Store what was typed at `path`, over what this officer stored before, in a transaction of its own.

    `known` is the version that the page saw last: another one was saved by another window, and the officer is told.
    Nothing worth keeping, or no form of ours at that address: None. Raises DraftRefused when it is far too much, or
    when the draft stayed with the office that the officer has left.
    """
    form = form_at(path)
    fields = _storable_fields(typed)
    if form is None or not any(value for values in fields.values() for value in values):
        return None
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > LARGEST:
        raise DraftRefused("Nội dung quá dài nên không lưu nháp được; hãy ghi sớm.")
    with transaction.atomic():
        _refuse_left_behind(officer, path)
        before = _live(officer, path).select_for_update(of=("self",)).first()  # a take-over waits, or is seen below
        taken = _taken_over(officer, path, form)
        values = {
            "fields": fields,
            "about": _about(fields),
            "saved_at": timezone.now(),
            "state": DraftState.BESIDE if taken else DraftState.HELD,
        }
        draft, is_new = Draft.objects.filter(state__in=LIVE).update_or_create(
            officer=officer, path=path, defaults=values, create_defaults=values | {"unit": officer.unit}
        )
        said = [took_over(taken) + " Những gì đồng chí gõ từ đây được giữ riêng."] if taken else []
        if before and known and version_of(before) != known:
            said.append(f"Phiếu này đang mở ở cửa sổ khác của đồng chí (lưu {hour(before.saved_at)}); bản nháp là của "
                        "cửa sổ gõ sau cùng.")  # fmt: skip
        if is_new:
            said += _make_room(officer)
    return Kept(draft, tuple(said))


def _storable_fields(typed: QueryDict) -> dict[str, list[str]]:
    fields = {_storable(name): [_storable(value) for value in typed.getlist(name)] for name in typed}
    return {name: values for name, values in fields.items() if name not in NEVER_KEPT}


def _storable(text: str) -> str:
    return UNSTORABLE.sub("", text)


def _about(fields: dict[str, list[str]]) -> str:
    """Whom the form is about: the name being typed, or the one that the page gave."""
    for name in ("full_name", "about"):
        if text := (fields.get(name) or [""])[-1].strip():
            return text[:200]
    return ""


def _live(officer: Officer, path: str) -> Any:
    return Draft.objects.filter(officer=officer, path=path, state__in=LIVE)


def _refuse_left_behind(officer: Officer, path: str) -> None:
    if elsewhere := _live(officer, path).exclude(unit=officer.unit_id).select_related("unit").first():
        unit = elsewhere.unit.name if elsewhere.unit else "đơn vị cũ"
        raise DraftRefused(f"Phiếu này ở lại {unit}, nơi nó được nhập; đồng chí không lưu nháp tiếp được.")


def _taken_over(officer: Officer, path: str, form: Form) -> Draft | None:
    """The colleague's draft that counts here, or the one that was this officer's before."""
    held = Draft.objects.filter(unit=officer.unit_id, path=path, state=DraftState.HELD).exclude(officer=officer)
    if not form.is_new_record:
        held = held.filter(taken_from=officer)
    return held.select_related("officer").order_by("-taken_at", "pk").first()


def _make_room(officer: Officer) -> list[str]:
    """Remove the oldest beyond MOST. Answers the sentences that tell it."""
    rows = Draft.objects.filter(officer=officer).order_by("-saved_at", "-pk").defer("fields")
    dropped = list(rows[MOST:])
    Draft.objects.filter(pk__in=[one.pk for one in dropped]).delete()
    return [f"Đã có {MOST} bản nháp, nên bản cũ nhất đã bỏ: {what(one)} (lưu {hour(one.saved_at)})." for one in dropped]


def here(request: OfficerRequest, path: str | None = None) -> Here:
    """What waits at this address, or at `path`. One query."""
    me = request.user
    rows = Draft.objects.with_lease().in_scope(me).select_related("officer", "taken_from")
    at_it = rows.filter(path=path or request.path)
    ordered = sorted(at_it, key=lambda one: (one.state != DraftState.HELD, -one.saved_at.timestamp()))
    mine = [one for one in ordered if one.officer_id == me.pk]
    return Here(
        own=next((one for one in mine if one.is_live), None),
        aside=tuple(one for one in mine if not one.is_live),
        others=tuple(one for one in ordered if one.officer_id != me.pk and one.is_live),
    )


def load(request: OfficerRequest) -> dict[str, Any]:
    """What this officer had typed at this address, as a form's `initial`; empty when nothing waits."""
    return here(request).typed


def values_of(draft: Draft) -> dict[str, Any]:
    """One value a name, the last: no form of ours has a field of several values."""
    return {name: values[-1] for name, values in draft.fields.items() if values}


def forget(request: OfficerRequest, path: str | None = None) -> None:
    """The form was saved, or what was typed is not wanted: the draft goes, in the same transaction."""
    _live(request.user, path or request.path).delete()


def set_aside(request: OfficerRequest, typed: QueryDict | None = None) -> Draft | None:
    """The form can no longer be sent, but what was typed stays to be read. Answers the version, if there is any text.

    `typed` is what came with the request and may be newer than what was saved.
    """
    if typed:
        with contextlib.suppress(DraftRefused):  # what was saved before is set aside all the same
            keep(request.user, request.path, typed)
    draft = _live(request.user, request.path).first()
    if draft:
        draft.state = DraftState.ASIDE
        draft.save(update_fields=["state"])
    return draft


def forget_old() -> int:
    """Drop drafts nobody came back to for KEPT_DAYS, and say so in the trail. Answers how many."""
    limit = timezone.now() - dt.timedelta(days=KEPT_DAYS)
    with transaction.atomic():
        old = list(Draft.objects.filter(saved_at__lt=limit).select_related("officer", "unit").defer("fields"))
        for one in old:
            record(None, Action.SYSTEM, target=one,
                   sentence=f"Bỏ bản nháp quá {KEPT_DAYS} ngày: {what(one)}, {comrade(one.officer)}")  # fmt: skip
        Draft.objects.filter(pk__in=[one.pk for one in old]).delete()
    return len(old)


# --- Words -----------------------------------------------------------------------------------------------------------


def comrade(officer: Officer) -> str:
    return f"đ/c {officer}"


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def hour(moment: dt.datetime) -> str:
    """ "10:42", with the day when it is not today."""
    local = timezone.localtime(moment)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else f"{local:%H:%M %d/%m}"


def what(draft: Draft) -> str:
    form = form_at(draft.path)
    title = form.title if form else "Biểu mẫu"
    return f"{title}: {draft.about}" if draft.about else title


def took_over(draft: Draft) -> str:
    who = capital(comrade(draft.officer))
    if draft.taken_at:
        return f"{who} đã nhận làm tiếp phiếu này lúc {hour(draft.taken_at)}."
    return f"{who} đang nhập phiếu này từ {hour(draft.begun_at)}."


def version_of(draft: Draft) -> str:
    return draft.saved_at.isoformat()
