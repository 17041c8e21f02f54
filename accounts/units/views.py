"""While an officer types a place: the units it may be."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.roles import Right
from accounts.scope import OfficerRequest, desk
from accounts.units.find import find_units


@desk(Right.WORK)
def suggest_units(request: OfficerRequest) -> HttpResponse:
    """Options of a datalist for `?q=` (or for the field that asks by htmx); with `?chi-hien-nay=1` only today's.

    Units are public: no scope, no audit.
    """
    only_today = request.GET.get("chi-hien-nay") == "1"
    typed = request.GET.get("q") or request.GET.get(request.htmx.trigger_name or "", "")
    places = find_units(typed[:100], include_old=not only_today, limit=10)
    return render(request, "accounts/units/_options.html", {"places": places})
