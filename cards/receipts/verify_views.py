"""Checking a slip: the officers' page, and the public ones that a phone keeps and opens without a network."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache as shared_cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.audit import address_of, record
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk
from cards.receipts import verify
from cards.receipts.verify import Verdict

SAYS: Final[dict[Verdict, tuple[str, str, str]]] = {
    Verdict.GENUINE: ("ok", "Phiếu thật", "Chữ ký số đúng; nội dung mã QR không bị sửa."),
    Verdict.REPLACED: ("warn", "Phiếu thật nhưng đã được thay bằng phiếu khác", "Dùng phiếu mới hơn của hồ sơ này."),
    Verdict.WITHDRAWN: ("block", "Phiếu thật nhưng đã thu hồi", "Phiếu không còn hiệu lực."),
    Verdict.ALTERED: ("block", "Phiếu bị sửa hoặc giả", "Chữ ký số không khớp với nội dung mã QR."),
    Verdict.UNKNOWN_KEY: ("warn", "Không rõ khóa ký", "Khóa ký không phải của Cổng này, không kết luận được."),
    Verdict.UNREADABLE: ("warn", "Không phải mã của phiếu hẹn", "Quét lại cả mã QR; mã phải đủ mọi chữ số."),
}  # fmt: skip
PUBLIC_SECONDS: Final = 300  # how long anybody between may keep a public page, and how old the list of today may be
A_MINUTE: Final = 60  # requests from one address: a phone needs ten, once
ADDRESSES: Final = 5_000
LONGEST: Final = 600
WAIT: Final = "Quá nhiều yêu cầu. Chờ một phút rồi thử lại."


# --- Officers --------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.APPLICATION_VIEW)
def verify_slip(request: OfficerRequest) -> HttpResponse:
    """A slip of any commune: genuine, altered, replaced, withdrawn. The code comes by POST: it stays out of logs."""
    typed = {name: request.POST.get(name, "")[:LONGEST] for name in ("code", "name", "number")}
    context: dict[str, Any] = {"typed": typed}
    if request.method == "POST":
        if not typed["code"].strip():
            context["fault"] = "Quét hoặc dán mã QR của phiếu vào ô này."
            return render(request, "cards/receipts/verify.html", context, status=422)
        answer = verify.check(typed["code"], name=typed["name"], number=typed["number"])
        kind, title, text = SAYS[answer.verdict]
        context |= {"answer": answer, "kind": kind, "title": title, "text": text}
        which = f" {answer.code.slip_number} của xã mã {answer.code.commune_code}" if answer.code else ""
        record(request, Action.VIEW, sentence=f"Kiểm tra phiếu hẹn{which}: {title.lower()}")
    return render(request, "cards/receipts/verify.html", context)


# --- Anybody ---------------------------------------------------------------------------------------------------------


class Pace:
    """So many requests a minute from one address, counted in this process: no database for who asks too often."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.seen: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self.lock = threading.Lock()

    def allows(self, address: str) -> bool:
        minute = int(time.monotonic() // 60)
        with self.lock:
            then, count = self.seen.pop(address, (minute, 0))
            count = count + 1 if then == minute else 1
            self.seen[address] = (minute, count)
            while len(self.seen) > ADDRESSES:
                self.seen.popitem(last=False)
        return count <= self.most


pace = Pace(A_MINUTE)


def public(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """No sign-in, nothing personal, the same for everybody: it may be kept for some minutes on the way."""

    @require_safe
    @login_not_required
    @wraps(view)
    def open_to_all(request: HttpRequest) -> HttpResponse:
        if not pace.allows(address_of(request) or ""):
            later = {"Retry-After": "60", "Content-Type": "text/plain; charset=utf-8"}
            return HttpResponse(WAIT, status=429, headers=later)
        response = view(request)
        response.headers.setdefault("Cache-Control", f"public, max-age={PUBLIC_SECONDS}")
        return response

    open_to_all.__dict__["is_public"] = True
    return open_to_all


@public
def verify_public(request: HttpRequest) -> HttpResponse:
    """The one-page verifier. Everything is done in the browser; what is scanned is sent nowhere."""
    return render(request, "cards/receipts/verify_public.html")


@public
def verify_keys(request: HttpRequest) -> HttpResponse:
    return render(request, "cards/receipts/keys.html", {"keys": _data()["rows"]})


@public
def verify_data(request: HttpRequest) -> HttpResponse:
    """The public keys, and the signed list of withdrawn numbers, for the verifier."""
    data = _data()
    return JsonResponse({"keys": data["keys"], "withdrawn": data["withdrawn"]})


@public
def verify_worker(request: HttpRequest) -> HttpResponse:
    """The service worker: a static file of ours, at an address above which it may not reach."""
    answer = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@cache
def _worker() -> bytes:
    return (Path(settings.BASE_DIR) / "static" / "js" / "verify-worker.js").read_bytes()


def _data() -> dict[str, Any]:
    found: dict[str, Any] | None = shared_cache.get("slip-verifier")
    if found is None:
        found = verify.public_data()
        shared_cache.set("slip-verifier", found, PUBLIC_SECONDS)
    return found
