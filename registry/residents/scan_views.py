"""Views of the scanned card: taking the scan, comparing it with the record, filling the register form.

The text of a card never stands in an address: it would be kept by the browser's history and every server's log. So the
one box and every scan field send by POST, and what follows is led by the opaque id of the CardScan.
"""

import urllib.parse
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.audit import record
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from accounts.sign_in import drafts
from accounts.text import clean
from registry import codes
from registry.duplicates import check
from registry.models import CardScan, Resident, ScanKind
from registry.residents import scan
from registry.residents.refusal import RegisterRefused
from registry.residents.scan import Reading, ScanRefused
from registry.residents.scan_compare import (
    CARD,
    LEAST_BASIS,
    RECORD,
    Comparison,
    apply,
    basis_of,
    compare,
    confirm_where_it_agrees,
)
from registry.residents.snapshot import sealed, unsealed
from registry.residents.views import start_checks, start_values
from registry.values.card_qr import TURN_OFF

ON_THE_CARD = {
    "number": "Số định danh", "full_name": "Họ, chữ đệm và tên", "name_without_marks": "Họ tên không dấu",
    "birth_date": "Ngày sinh", "sex": "Giới tính", "cmnd": "Số CMND 9 số", "cancelled_number": "Số định danh đã hủy",
    "residence": "Nơi cư trú", "father_name": "Họ tên cha", "mother_name": "Họ tên mẹ", "issued_on": "Ngày cấp",
    "expires_on": "Có giá trị đến",
}  # fmt: skip
ALONG = "phieu-"  # before the names of the form's fields that come along with a scan
LABELS = {
    "number": "số định danh", "cmnd": "số CMND", "full_name": "họ tên", "birth_date": "ngày sinh", "sex": "giới tính",
    "father_name": "tên cha", "mother_name": "tên mẹ", "permanent_unit": "xã thường trú",
    "permanent_hamlet": "thôn, tổ", "permanent_street": "số nhà, đường",
}  # fmt: skip


@desk(Right.RESIDENT_VIEW)
def take(request: OfficerRequest) -> HttpResponse:
    """The one box and the scan page send here. Whatever is no card goes on to the ordinary search."""
    if request.method != "POST":
        return render(request, "registry/residents/scan.html")
    text = request.POST.get("q", "")
    reading = scan.unsealed(request.POST.get("card", ""))  # a page that showed several holders asks again
    if reading is None and not scan.looks_like_scan(text):
        return to_search(text) if text.strip() else refused(request, "Quét thẻ vào ô này, hoặc gõ ba dòng MRZ.")
    try:
        reading = reading or scan.read(text)
    except ScanRefused as said:
        return refused(request, str(said))
    if "new" in request.POST and request.user.can(Right.RESIDENT_WRITE):
        return fill_new_form(request, reading)
    return found_or_not(request, reading, text)


def found_or_not(request: OfficerRequest, reading: Reading, raw: str) -> HttpResponse:
    writes = request.user.can(Right.RESIDENT_WRITE)
    people = scan.holders(reading, request.user)
    chosen = [one for one in people if str(one.public_id) == request.POST.get("person")] or people
    kept = scan.keep(request, reading, raw=raw, found=chosen, writes=writes)
    if kept:
        if not reading.garbled and confirm_where_it_agrees(chosen[0], kept, by=request.user):
            messages.success(request, "Thẻ khớp hồ sơ: đã ghi phúc tra hôm nay.")
        for told in reading.told:
            messages.warning(request, told)
        return redirect("registry:scan_compare", kept.public_id)
    if len(chosen) == 1:
        return redirect(chosen[0])
    near = [] if people else like_it(request, reading)
    context = {"reading": reading, "people": people, "near": near, "card": scan.sealed(reading), "can_write": writes,
               "facts": facts_of(reading)}  # fmt: skip
    return render(request, "registry/residents/scan.html", context)


def facts_of(reading: Reading) -> list[dict[str, str]]:
    """What the card says, as the page lists it."""
    shown = reading.fields | {"sex": codes.SEXES.name(reading.fields.get("sex"))}
    return [{"label": label, "value": shown[name]} for name, label in ON_THE_CARD.items() if shown.get(name)]


def like_it(request: OfficerRequest, reading: Reading) -> list[Resident]:
    """Who may be this person under another number, or none."""
    fields = reading.fields
    typed = {"full_name": fields.get("full_name", ""), "birth_date": fields.get("birth_date", "")}
    typed |= {name: fields.get(name, "") for name in ("sex", "cmnd", "mother_name", "father_name")}
    typed["commune_code"] = request.user.unit.code if request.user.unit else ""
    return [one.resident for one in check.already_here(typed, officer=request.user).here if not one.is_twin]


def to_search(text: str) -> HttpResponse:
    return redirect(f"{reverse('registry:search')}?{urllib.parse.urlencode({'q': text.replace(chr(0), '').strip()})}")


def refused(request: OfficerRequest, sentence: str) -> HttpResponse:
    """The scan field again with the sentence beside it. The text of a scan is not shown: it is scanned again."""
    record(request, Action.VIEW, sentence=f"Quét thẻ không đọc được: {sentence}")
    return render(request, "registry/residents/scan.html", {"error": sentence}, status=422)


# --- The card beside the record ---------------------------------------------------------------------------------------


@desk(Right.RESIDENT_WRITE)
def scan_compare(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """GET shows the differences, POST writes what was chosen. A second POST finds nothing left to write."""
    card = find(request, CardScan.objects.select_related("resident__commune__parent", "by"), public_id)
    resident = card.resident
    found = compare(resident, card)
    if request.method != "POST":
        record(request, Action.VIEW, target=resident, sentence=f"Đối chiếu thẻ với hồ sơ {resident.audit_label()}")
        return show(request, card, found)
    chosen = {row.name: request.POST.get(f"chon_{row.name}", "") for row in found.open_rows}
    basis = clean(request.POST.get("basis", ""))[:300]
    errors = errors_of(chosen, basis)
    if errors:
        return show(request, card, found, chosen=chosen, errors=errors, basis=basis, status=422)
    taken = {name for name, value in chosen.items() if value == CARD}
    try:
        changed = apply(resident, card, taken=taken, basis=basis, by=request.user,
                        opened_with=unsealed(request.POST.get("opened_with", "")))  # fmt: skip
    except (RegisterRefused, ScanRefused) as said:
        errors = {"": str(said).replace("bấm Ghi thay đổi lần nữa", "bấm Ghi lần nữa")}
        return show(request, card, compare(resident, card), chosen=chosen, errors=errors, basis=basis, status=422)
    start_checks(resident)
    messages.success(request, f"Đã ghi theo thẻ: {', '.join(changed)}." if changed else "Giữ nguyên hồ sơ.")
    return redirect(resident)


def errors_of(chosen: dict[str, str], basis: str) -> dict[str, str]:
    errors = {name: "Chọn một bên." for name, value in chosen.items() if value not in (RECORD, CARD)}
    if CARD in chosen.values() and len(basis) < LEAST_BASIS:
        errors["basis"] = f"Ghi căn cứ (ít nhất {LEAST_BASIS} ký tự)."
    return errors


def show(
    request: OfficerRequest,
    card: CardScan,
    found: Comparison,
    *,
    chosen: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    basis: str | None = None,
    status: int = 200,
) -> HttpResponse:
    chosen, errors = chosen or {}, errors or {}
    rows = [{"row": row, "chosen": chosen.get(row.name, ""), "error": errors.get(row.name, "")} for row in found.rows]
    context: dict[str, Any] = {
        "card": card,
        "resident": card.resident,
        "found": found,
        "rows": rows,
        "label": scan.label_of(card.kind, card.fields),
        "errors": errors,
        "errors_whole": errors.get("", ""),
        "basis": basis_of(card) if basis is None else basis,
        "opened_with": sealed(found.snapshot),
        "may_write": card.resident.is_current,
        "garbled": "" if card.kind == ScanKind.MRZ or "full_name" in card.fields else f"{scan.ONLY_DIGITS} {TURN_OFF}",
    }
    return render(request, "registry/residents/scan_compare.html", context, status=status)


# --- Into the register form -------------------------------------------------------------------------------------------


def fill_new_form(request: OfficerRequest, reading: Reading) -> HttpResponse:
    """A fresh register form with what the card says, kept as its draft: nothing of a person in the address."""
    address = reverse("registry:resident_form", args=[uuid.uuid4()])
    return lay_into(request, reading, address, start_of(request), is_fresh=True)


@require_POST
@desk(Right.RESIDENT_WRITE)
def scan_form(request: OfficerRequest, token: uuid.UUID) -> HttpResponse:
    """The scan field above the register form. What was typed so far stays; the card's fields go over it.

    A person who has a record already is shown beside it instead of being entered twice.
    """
    address = reverse("registry:resident_form", args=[token])
    try:
        reading = scan.read(request.POST.get("q", ""))
    except ScanRefused as said:
        messages.error(request, str(said))
        return redirect(address)
    people = scan.holders(reading, request.user)
    kept = scan.keep(request, reading, raw=request.POST.get("q", ""), found=people)
    if kept:
        messages.warning(request, "Người này đã có hồ sơ; phiếu đang nhập được giữ trong bản nháp.")
        return redirect("registry:scan_compare", kept.public_id)
    return lay_into(request, reading, address, typed_so_far(request, address))


def start_of(request: OfficerRequest) -> dict[str, str]:
    blank = {name: "on" if value is True else str(value) for name, value in start_values(request).items()}
    return {name: value for name, value in blank.items() if value}


def typed_so_far(request: OfficerRequest, address: str) -> dict[str, str]:
    """The form's fields as scanner.js sends them along, else its draft, else a fresh form."""
    along = [name for name in request.POST if name.startswith(ALONG)]
    sent = {name.removeprefix(ALONG): str(request.POST[name]) for name in along}
    draft: dict[str, str] = drafts.here(request, address).typed
    return sent or draft or start_of(request)


def lay_into(
    request: OfficerRequest, reading: Reading, address: str, typed: dict[str, str], *, is_fresh: bool = False
) -> HttpResponse:
    filled, sentence = scan.form_values(reading, request.user.unit)
    values = {name: value for name, value in filled.items() if value}
    told = [*reading.warnings, sentence]
    replaced = [LABELS[name] for name, value in values.items() if is_other(name, typed.get(name, ""), value)]
    if replaced and not is_fresh:
        told.append(f"Đã thay theo thẻ: {', '.join(replaced)}.")
    messages.success(request, f"Đã điền theo {reading.label}. Kiểm tra, ghi thêm phần còn thiếu rồi bấm Ghi nhận.")
    for one in filter(None, told):
        messages.warning(request, one)
    fields = QueryDict(mutable=True)
    fields.update(typed | values | {"from_card": scan.for_form(reading)})
    try:
        drafts.keep(request.user, address, fields)
    except drafts.DraftRefused as refused:
        messages.error(request, str(refused))
    return redirect(address)


def is_other(name: str, typed: str, value: str) -> bool:
    """Whether the card overwrites something an officer typed; the commune that every form begins with is no typing."""
    return bool(typed) and typed != value and name != "permanent_unit"
