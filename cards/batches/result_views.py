"""Pages of results that come back: the upload with its preview, doing it, what was done, and the format."""

import datetime as dt
import json
import uuid
from dataclasses import asdict
from typing import Any, Final, cast

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action, Unit
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from cards.batches import excel, result_lines, results
from cards.batches.forms import ResultUploadForm
from cards.batches.refusal import BatchRefused, FileRefused
from cards.batches.result_lines import Line, ReadFile
from cards.batches.results import Does, Planned
from cards.batches.tables import ResultFileTable
from cards.batches.views import XLSX, attachment
from cards.models import Result, ResultFile

FILES_A_PAGE: Final = 25
SALT: Final = "cards.batches.results"
PREVIEW_SECONDS: Final = 3600
PILLS: Final = {
    Does.MOVE: ("ok", "ghi"), Does.NOTE: ("ok", "ghi"), Does.SKIP: ("quiet", "bỏ qua"),
    Does.WRONG: ("warn", "không ghi"),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.APPLICATION_TAKE)
def result_files(request: OfficerRequest) -> HttpResponse:
    """The files that were read; a POST reads one and shows what each line would do. Nothing is written by it."""
    if request.method == "POST":
        return _preview(request)
    return _list(request, ResultUploadForm())


def _list(request: OfficerRequest, form: ResultUploadForm, *, status: int = 200) -> HttpResponse:
    rows = ResultFile.objects.in_scope(request.user).select_related("read_by")
    table = paged(request, ResultFileTable(rows), listed="tệp kết quả", per_page=FILES_A_PAGE)
    return render(request, "cards/batches/results.html", {"table": table, "form": form}, status=status)


def _preview(request: OfficerRequest) -> HttpResponse:
    form = ResultUploadForm(request.POST, request.FILES)
    commune = cast(Unit, request.user.unit)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            read = result_lines.read(file.name, file.read(), commune)
        except FileRefused as refused:
            form.add_error("file", str(refused))
        else:
            return _preview_page(request, read, commune)
    record(request, Action.REFUSED, sentence=f"Tệp kết quả không đọc được: {form.errors['file'][0]}")
    return _list(request, form, status=422)


def _preview_page(
    request: OfficerRequest, read: ReadFile, commune: Unit, *, error: str = "", status: int = 200
) -> HttpResponse:
    planned = results.plan(read.lines, commune)
    known = ResultFile.objects.in_scope(request.user).select_related("read_by")
    before = known.filter(sha256=read.sha256).first()
    record(request, Action.VIEW, sentence=f"Xem trước tệp kết quả {read.name}, {len(planned)} dòng")
    context = {
        "read": read,
        "rows": [_shown(one) for one in planned],
        "counts": _counts(planned),
        "before": before,
        "held": hold(read, by=str(request.user.public_id)),
        "error": error,
    }
    return render(request, "cards/batches/result_preview.html", context, status=status)


def _shown(one: Planned) -> dict[str, Any]:
    kind, word = PILLS[one.does]
    result = Result(one.line.result).label if one.line.result else ""
    return {"line": one.line, "file": one.file, "result": result, "kind": kind, "word": word, "said": one.said}


def _counts(planned: list[Planned]) -> dict[str, int]:
    return {
        "done": sum(one.will_write for one in planned),
        "skipped": sum(one.does == Does.SKIP for one in planned),
        "wrong": sum(one.does == Does.WRONG for one in planned),
    }


@require_POST
@desk(Right.APPLICATION_TAKE)
def results_apply(request: OfficerRequest) -> HttpResponse:
    """Do what was previewed. The lines come back with the page, sealed: nothing of the file is kept in between."""
    commune = cast(Unit, request.user.unit)
    read = held(request.POST.get("held", ""), by=str(request.user.public_id))
    if read is None:
        messages.error(request, "Trang xem trước đã quá lâu hoặc không nguyên vẹn; nộp lại tệp.")
        return redirect("cards:result_files")
    try:
        kept = results.apply(read, commune, by=request.user)
    except BatchRefused as refused:
        return _preview_page(request, read, commune, error=str(refused), status=422)
    told = kept.summary["counts"]
    messages.success(request, f"Đã ghi {told['done']} dòng từ tệp {kept.name}.")
    return redirect("cards:result_file", public_id=kept.public_id)


def hold(read: ReadFile, *, by: str) -> str:
    told = asdict(read) | {"by": by}
    for line in told["lines"]:
        line["on"] = line["on"].isoformat() if line["on"] else None
    return signing.dumps(told, salt=SALT, compress=True)


def held(text: str, *, by: str) -> ReadFile | None:
    """None when it is not what hold() made for this officer within the hour."""
    try:
        told = signing.loads(text, salt=SALT, max_age=PREVIEW_SECONDS)
    except signing.BadSignature:
        return None
    if told.pop("by") != by:
        return None
    lines = [Line(**(one | {"on": dt.date.fromisoformat(one["on"]) if one["on"] else None})) for one in told["lines"]]
    return ReadFile(**(told | {"lines": tuple(lines)}))


@require_safe
@desk(Right.APPLICATION_TAKE)
def result_file(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """What each line of a file did."""
    one = find(request, ResultFile.objects.select_related("read_by", "commune"), public_id)
    record(request, Action.VIEW, target=one, sentence=f"Xem {one.audit_label()}")
    rows = []
    for line in one.summary.get("lines", []):
        kind, word = PILLS[line["does"]]
        rows.append(line | {"kind": kind, "word": "đã ghi" if word == "ghi" else word})
    context = {"file": one, "rows": rows, "counts": one.summary.get("counts", {})}
    return render(request, "cards/batches/result_file.html", context)


# --- the format ------------------------------------------------------------------------------------------------------


@require_safe
@desk(Right.APPLICATION_VIEW)
def result_format(request: OfficerRequest) -> HttpResponse:
    context = {
        "mark": result_lines.EXCEL_MARK,
        "titles": result_lines.TITLES,
        "example": json.dumps(_example(request), ensure_ascii=False, indent=2),
        "results": result_lines.ANSWERS,
        "most_lines": result_lines.MOST_LINES,
    }
    return render(request, "cards/batches/format.html", context)


def _example(request: OfficerRequest) -> dict[str, Any]:
    unit = request.user.unit
    line = {
        "file_number": "26-00418", "personal_number": "001190000123", "full_name": "Nguyễn Thị Mẫu Lan",
        "result": "returned", "on": f"{timezone.localdate()}", "note": "Ảnh khuôn mặt mờ",
    }  # fmt: skip
    return {"format": result_lines.JSON_FORMAT, "commune": unit.code if unit else "", "results": [line]}


@require_GET
@desk(Right.APPLICATION_TAKE)
def result_form(request: OfficerRequest, kind: str) -> HttpResponse:
    """The empty form, as Excel or as JSON with one example."""
    commune = cast(Unit, request.user.unit)
    if kind == "json":
        body = json.dumps(_example(request), ensure_ascii=False, indent=2).encode()
        return attachment(body, "application/json", f"mau-ket-qua-{commune.code}.json")
    return attachment(excel.result_form(commune, [], by=request.user), XLSX, f"mau-ket-qua-{commune.code}.xlsx")
