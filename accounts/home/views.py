"""The first page: today's work."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.home.panels import panels_for
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk
from accounts.sign_in import held


@desk(Right.WORK)
def home(request: OfficerRequest) -> HttpResponse:
    now = timezone.localtime()
    return render(
        request,
        "accounts/home/page.html",
        {
            "panels": panels_for(request.user),
            "half_done": held.of_office(request),
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
