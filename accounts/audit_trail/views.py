"""Reading the trail. Reading it is itself written down."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.audit import record
from accounts.audit_trail.tables import AuditFilter, AuditTable
from accounts.lists import paged
from accounts.models import Action, AuditEvent
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk


@desk(Right.AUDIT_READ)
def audit_trail(request: OfficerRequest) -> HttpResponse:
    filtered = AuditFilter(request.GET, AuditEvent.objects.in_scope(request.user))
    table = AuditTable(filtered.qs)
    paged(request, table)
    record(request, Action.VIEW, sentence="Đọc nhật ký truy cập", data={"query": request.GET.urlencode()[:500]})
    return render(request, "accounts/audit_trail/page.html", {"table": table, "filter": filtered})
