"""The sheet as an Excel list: out, and back."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from accounts.audit import record, record_all
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from registry.fieldwork import excel, excel_back
from registry.fieldwork.forms import ListBackForm
from registry.fieldwork.refusal import FileRefused
from registry.fieldwork.views import say
from registry.models import FieldSheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@desk(Right.CLEANUP_WORK)
def list_out(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    sheet = find(request, FieldSheet.objects.select_related("commune"), public_id)
    lines = list(sheet.lines.select_related("household").order_by("position"))
    content = excel.sheet_list(sheet, lines, by=request.user)
    record(request, Action.PRINT, target=sheet, sentence=f"Tải danh sách Excel của {sheet}")
    homes = [line.household for line in lines if line.resident_id is None]
    record_all(request, Action.PRINT, [(one, f"Tải danh sách Excel, {sheet}: {one.audit_label()}") for one in homes])
    name = f"phieu-phuc-tra-{sheet.number}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)


@require_POST
@desk(Right.CLEANUP_WORK)
def list_back(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the file said, line by line. The same file again finds every line written already."""
    sheet = find(request, FieldSheet.objects.select_related("commune"), public_id)
    form = ListBackForm(request.POST, request.FILES)
    results: list[excel_back.LineResult] = []
    if form.is_valid():
        try:
            results, done = excel_back.read_back(sheet, form.cleaned_data["file"].read(), by=request.user)
            say(request, done, sheet)
        except FileRefused as refused:
            form.add_error("file", str(refused))
    context = {
        "sheet": sheet,
        "form": form,
        "results": results,
        "refused": sum(not one.accepted for one in results),
    }
    return render(request, "registry/fieldwork/list_back.html", context, status=422 if form.errors else 200)
