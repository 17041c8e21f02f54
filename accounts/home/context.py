"""What every page knows: the navigation and the idle clock. No query."""

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest

from accounts.home.navigation import navigation_for
from accounts.roles import Right
from accounts.scope import OfficerRequest


def portal(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        "nav": navigation_for(cast(OfficerRequest, request)),
        "idle_seconds": settings.IDLE_SECONDS,
        "can_write": user.can(Right.RESIDENT_WRITE),
        "can_search": user.can(Right.RESIDENT_VIEW),
    }
