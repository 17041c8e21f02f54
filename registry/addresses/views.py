"""Pages of the addresses desk: one typed line taken apart; hamlets of a divided commune sent to where they belong."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action, Unit
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk
from accounts.submit_once import first_time, token_of
from accounts.units.find import CurrentUnit, current_unit
from registry.addresses.divided import DivisionRefused, Waiting, by_unit, decide, people_of, slug_of, waiting
from registry.addresses.fields import LONGEST
from registry.addresses.line import read_line
from registry.addresses.tables import MovingTable, listed
from registry.hamlets.names import not_listed


@require_POST
@desk(Right.RESIDENT_WRITE)
def address_split(request: OfficerRequest) -> JsonResponse:
    """`line` taken apart; or `unit` alone, an old name or a new one. Asked by POST, so that no log keeps an address."""
    near = request.user.unit
    if "unit" in request.POST:
        return JsonResponse(_place(current_unit(request.POST["unit"][:LONGEST], near=near)))
    read = read_line(request.POST.get("line", "")[:LONGEST], near=near)
    warning = not_listed(read.place.unit, read.hamlet) if read.place.unit else ""
    fields = {"unit": read.unit_text, "hamlet": read.hamlet, "street": read.street}
    return JsonResponse({"fields": fields, "warning": warning} | _place(read.place))


def _place(place: CurrentUnit) -> dict[str, object]:
    return {
        "unit": place.unit.path if place.unit else "",
        "sentence": place.sentence,
        "choices": [unit.path for unit in place.choices],
    }


@require_GET
@desk(Right.RESIDENT_WRITE)
def divided(request: OfficerRequest) -> HttpResponse:
    """Hamlets of divided communes in which somebody's open address still stands."""
    rows = waiting(request.user)
    record(request, Action.VIEW, sentence=f"Xem địa chỉ còn ở đơn vị đã chia: {len(rows)} thôn, tổ")
    context = {"units": by_unit(rows), "people": sum(row.people for row in rows)}
    return render(request, "registry/addresses/divided.html", context)


class DivisionForm(forms.Form):
    to = forms.ChoiceField(
        label="Nay thuộc",
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn nơi.", "invalid_choice": "Chọn một trong các nơi này."},
    )
    basis = forms.CharField(
        label="Căn cứ", max_length=300, error_messages={"required": "Ghi căn cứ, ví dụ nghị quyết, văn bản của xã."}
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, one: Waiting, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(unit.code, unit.path) for unit in one.today]  # type: ignore[attr-defined]
        self.one = one

    def clean_to(self) -> Unit:
        return next(unit for unit in self.one.today if unit.code == self.cleaned_data["to"])


@desk(Right.RESIDENT_WRITE)
def divided_hamlet(request: OfficerRequest, unit: str) -> HttpResponse:
    """?thon=…: who lives there, where they may belong, and the decision for all of them at once."""
    one = _wanted(request, unit)
    if one is None:
        messages.info(request, "Không còn ai chờ chọn nơi ở thôn, tổ này.")
        return redirect("registry:divided")
    if request.method != "POST":
        return _show(request, one, DivisionForm(one=one, initial={"seen": people_of(request.user, one).count()}))
    form = DivisionForm(request.POST, one=one)
    if not form.is_valid():
        return _show(request, one, form, status=422)
    values = form.cleaned_data
    try:
        moved = _decided(request, one, values)
    except DivisionRefused as refused:
        sent = request.POST.copy()
        sent["seen"] = str(people_of(request.user, one).count())  # the next submit has seen who is there now
        form.data = sent
        form.add_error(refused.field, str(refused))
        return _show(request, one, form, status=422)
    if moved is not None:
        messages.success(request, f"{one.name}: {moved} người nay thuộc {values['to'].path}.")
    return redirect("registry:divided")


def _wanted(request: OfficerRequest, slug: str) -> Waiting | None:
    ended = Unit.objects.filter(code=slug.split("-")[0]).exclude(valid_to=None)
    if slug not in map(slug_of, ended):
        raise Http404
    rows = [row for row in waiting(request.user) if row.slug == slug]
    return next((row for row in rows if row.key == request.GET.get("thon", "")), None)


def _decided(request: OfficerRequest, one: Waiting, values: dict) -> int | None:
    """Once for one opened page: None when this click was done before."""
    with transaction.atomic():
        if not first_time(request):
            return None
        return decide(one, values["to"], seen=values["seen"], basis=values["basis"], by=request.user)


def _show(request: OfficerRequest, one: Waiting, form: DivisionForm, *, status: int = 200) -> HttpResponse:
    what = f"cư dân của {one.name}, {one.unit.name}"
    table = paged(request, MovingTable(listed(people_of(request.user, one), one)), listed=what)
    context = {"one": one, "form": form, "table": table, "submit_token": token_of(request)}
    return render(request, "registry/addresses/divided_hamlet.html", context, status=status)
