"""Is this slip ours, unchanged, and still good? From its code alone, also for slips of another commune.

Nothing here tells more than the slip itself says: its commune, its numbers, its day. Whether a name and a number are
its holder's is answered with yes or no.
"""

import datetime as dt
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone

from accounts.models import Unit
from cards.models import Receipt, SigningKey
from cards.receipts import payload, signing

LISTED: Final = dt.timedelta(days=400)  # a slip is long handed in when it leaves the list of withdrawn ones
OF_NOBODY: Final = "Phiếu thật, nhưng không có trong cơ sở dữ liệu của Cổng này; hỏi Công an nơi lập phiếu."


class Verdict(StrEnum):
    GENUINE = "genuine"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    ALTERED = "altered"
    UNKNOWN_KEY = "unknown_key"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Answer:
    """`code` is None, and says nothing, unless its signature is ours."""

    verdict: Verdict
    code: payload.Code | None = None
    commune: str = ""
    replaced_by: str = ""
    withdrawn_on: dt.date | None = None
    remark: str = ""
    holder_fits: bool | None = None


def check(text: str, *, name: str = "", number: str = "") -> Answer:
    """What to say about the text of a code. `name` and `number`: what somebody claims to be. Four queries at most."""
    try:
        code, body, signature = payload.opened(text)
    except payload.NotACode:
        return Answer(Verdict.UNREADABLE)
    public = signing.public_key(code.key_id)
    if public is None:
        return Answer(Verdict.UNKNOWN_KEY)
    if not signing.signed_by(public, body, signature):
        return Answer(Verdict.ALTERED)
    fits = code.fits(name, number) if name.strip() and number.strip() else None
    return _standing(code, fits)


def _standing(code: payload.Code, fits: bool | None) -> Answer:
    receipt = find(code)
    commune = _commune(code.commune_code)
    if receipt is None:
        return Answer(Verdict.GENUINE, code, commune, remark=OF_NOBODY, holder_fits=fits)
    if receipt.withdrawn_at is None:
        return Answer(Verdict.GENUINE, code, commune, holder_fits=fits)
    later = Receipt.objects.filter(replaces=receipt).first()
    return Answer(
        Verdict.REPLACED if later else Verdict.WITHDRAWN,
        code,
        commune,
        replaced_by=later.number if later else "",
        withdrawn_on=timezone.localdate(receipt.withdrawn_at),
        holder_fits=fits,
    )


def find(code: payload.Code) -> Receipt | None:
    """The row of this slip, also where its commune has a successor. The code says less than the row: show no more."""
    year, serial = code.slip
    rows = Receipt.objects.filter(at_code(code.commune_code), year=year, serial=serial).distinct()
    return next((row for row in rows if row.content.get("commune_code") == code.commune_code), None)


def at_code(code: str, path: str = "commune") -> Q:
    """Rows of the commune of this code, or of those that took over from it."""
    older = f"{path}__predecessors__old"
    return (
        Q(**{f"{path}__code": code})
        | Q(**{f"{older}__code": code})
        | Q(**{f"{older}__predecessors__old__code": code})
    )  # fmt: skip


def _commune(code: str) -> str:
    unit = Unit.objects.filter(code=code).select_related("parent").order_by("-valid_from").first()
    if unit is None:
        return f"mã {code}"
    return f"{unit.name}, {unit.parent.name}" if unit.parent else unit.name


def withdrawn_list() -> dict[str, Any]:
    """The withdrawn slips of the last 400 days by commune and number, signed: a phone without a network knows them.

    `signed` is the text whose UTF-8 bytes the signature is over. Numbers only, and of nobody in particular. One query.
    """
    since = timezone.now() - LISTED
    rows = Receipt.objects.filter(withdrawn_at__gte=since, content__has_key="slip_number").order_by("pk")
    told = [f"{code}/{slip}" for code, slip in rows.values_list("content__commune_code", "content__slip_number")]
    text = json.dumps({"kind": "withdrawn", "made_at": timezone.now().isoformat(timespec="minutes"), "slips": told})
    signed = signing.sign(text.encode())
    return {"signed": text, "key_id": signed.key_id, "signature": signed.signature.hex()}


def public_data() -> dict[str, Any]:
    """What the verifier in a browser works with: every public half, the newest first, and the list of withdrawn slips.
    Publishes the keys of today."""
    signing.publish()
    rows = [
        {
            "id": key.key_id,
            "key": key.public_key,
            "from": f"{timezone.localtime(key.made_at):%d/%m/%Y}",
            "to": f"{timezone.localtime(key.retired_at):%d/%m/%Y}" if key.retired_at else "",
        }
        for key in SigningKey.objects.all()
    ]
    keys = [{"id": row["id"], "key": row["key"]} for row in rows]
    return {"rows": rows, "keys": keys, "withdrawn": withdrawn_list()}
