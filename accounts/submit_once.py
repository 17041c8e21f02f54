"""One-time submits: a form that was sent twice is written once, and the second answer can say so.

The form carries a `submit_token`, made when it was opened. The same token with the same content is the same sending, by
a double click or after a cut line; other content is another sending, which must not be swallowed.
"""

import datetime as dt
import hashlib
import uuid
from urllib.parse import urlencode

from django.utils import timezone

from accounts.models import WrittenForm
from accounts.scope import OfficerRequest

KEPT_DAYS = 30


def new_token() -> str:
    return str(uuid.uuid4())


def token_of(request: OfficerRequest) -> str:
    """The token of the form that was sent, for showing the same form again; a new one where there is none."""
    return request.POST.get("submit_token") or new_token()


def digest_of(request: OfficerRequest, token: str = "") -> str:
    """What this sending is known by; empty for a form without a token."""
    token = token or request.POST.get("submit_token", "")
    if not token:
        return ""
    content = sorted((name, value) for name, values in request.POST.lists() for value in values
                     if name != "csrfmiddlewaretoken")  # fmt: skip
    told = "\n".join([token, request.path, str(request.user.pk), urlencode(content)])
    return hashlib.sha256(told.encode()).hexdigest()


def first_time(request: OfficerRequest, token: str = "") -> bool:
    """Mark this sending as written, in the caller's transaction. False when it was written before.

    A second click at the same moment waits here until the first has been written, or has failed.
    """
    digest = digest_of(request, token)
    return not digest or WrittenForm.objects.get_or_create(digest=digest)[1]


def was_written(request: OfficerRequest, token: str = "") -> bool:
    digest = digest_of(request, token)
    return bool(digest) and WrittenForm.objects.filter(digest=digest).exists()


def forget_old() -> int:
    """Drop what nobody clicks twice any more. Answers how many."""
    limit = timezone.now() - dt.timedelta(days=KEPT_DAYS)
    return WrittenForm.objects.filter(written_at__lt=limit).delete()[0]
