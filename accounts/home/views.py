"""The first page: today's work."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.home.panels import panels_for
from accounts.models import Draft
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk


@desk(Right.WORK)
def home(request: OfficerRequest) -> HttpResponse:
    now = timezone.localtime()
    return render(
        request,
        "accounts/home/page.html",
        {
            "panels": panels_for(request.user),
            "drafts": Draft.objects.filter(officer=request.user).order_by("-saved_at")[:5],
            "greeting": greeting(now.hour),
            "now": now,
        },
    )


def greeting(hour: int) -> str:
    if hour < 11:
        return "Chào buổi sáng"
    if hour < 13:
        return "Chào buổi trưa"
    return "Chào buổi chiều" if hour < 18 else "Chào buổi tối"
