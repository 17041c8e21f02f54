"""What a choice of procedure brings with it: fee, promised day, and what must be there. Shown before anything is
written."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from cards.applications import eligibility
from cards.applications.fees import FeeUnknown, Price, price
from cards.applications.promise import promised_on
from cards.applications.reasons import REASONS, Reason
from cards.components import table
from cards.models import Application, Channel, Delivery
from registry.models import Resident


@dataclass(frozen=True)
class Outlook:
    """`refusal` says why there is no price although a reason is chosen."""

    reason: Reason | None
    price: Price | None
    refusal: str
    promised_on: dt.date
    needs_representative: bool
    needs_biometrics: bool
    needs_signature: bool
    by_post: bool


def outlook(resident: Resident, entered: Mapping[str, Any]) -> Outlook:
    """Read the choice made so far, as typed. Whatever is unknown or not yet chosen simply has no price."""
    today, age = timezone.localdate(), resident.age_years
    reason = REASONS.get(entered.get("reason") or "")
    channel = entered.get("channel") or Channel.COUNTER
    cost, refusal = _cost(reason, channel, entered.get("exemption") or "", today)
    return Outlook(
        reason=reason,
        price=cost,
        refusal=refusal,
        promised_on=promised_on(today),
        needs_representative=eligibility.needs_representative(age),
        needs_biometrics=reason is not None and eligibility.needs_biometrics(reason, channel, age),
        needs_signature=reason is not None and eligibility.needs_signature(reason, channel),
        by_post=entered.get("delivery") == Delivery.POST,
    )


def papers_needed(resident: Resident, entered: Mapping[str, Any]) -> set[str]:
    """The codes of the papers that the choice made so far asks for (cards/components). One query."""
    reason = REASONS.get(entered.get("reason") or "")
    if reason is None:
        return set()
    asked = Application(
        resident=resident,
        kind=reason.kind,
        reason=reason.code,
        channel=entered.get("channel") or Channel.COUNTER,
        exemption=entered.get("exemption") or "",
        representative_name=str(entered.get("representative_name") or "")[:100],
        representative_number=str(entered.get("representative_number") or "")[:12],
    )
    return {need.part.code for need in table.needed(asked) if need.is_needed and not need.part.column}


def _cost(reason: Reason | None, channel: str, exemption: str, on: dt.date) -> tuple[Price | None, str]:
    if reason is None:
        return None, ""
    try:
        return price(reason.kind, reason.code, channel, on=on, exemption=exemption), ""
    except FeeUnknown as unknown:
        return None, str(unknown)
