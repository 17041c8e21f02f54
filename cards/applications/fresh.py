"""Asking the clean-up rules at once, before an officer relies on what they say: a page does not wait for the worker."""

import pghistory

from accounts.scope import OfficerRequest
from cards.applications import data
from registry.models import Resident


def look_at_once(request: OfficerRequest, resident: Resident) -> None:
    """Only when something about the person changed since. The history of what changes names the officer, as for a POST:
    the middleware gives no context to a GET."""
    if not resident.scan_due:
        return
    by = request.user
    with pghistory.context(user=by.pk, badge=by.badge_number, url=request.path, method=request.method):
        data.look(resident)
