"""The page of one household: who lives there, what can be done, what is open, what was done, who lived there before."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render

from accounts.audit import record
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from registry.households.page import everything
from registry.models import Household


@desk(Right.RESIDENT_VIEW)
def household(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    home = find(request, Household.objects.select_related("commune__parent"), public_id)
    record(request, Action.VIEW, target=home, sentence=f"Xem {home.audit_label()}")
    return render(request, "registry/households/household.html", everything(home, request.user))
