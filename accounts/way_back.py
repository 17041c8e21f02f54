"""?ve=…: the page that sent the officer to another desk, and to which he comes back when the work is done."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def way_back(request: HttpRequest) -> str:
    """Only addresses of our own; "" when there is none."""
    url = request.POST.get("ve") or request.GET.get("ve") or ""
    return url if url and url_has_allowed_host_and_scheme(url, {request.get_host()}) else ""
