"""What a commune's page asks for when it stands there: its hamlets and officers, and an officer's own work."""

from functools import cache
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.roles import Role
from supervision.dashboard import commune
from supervision.dashboard.asked import COMMUNE, Asked, periods, told
from supervision.figures import FIGURES


def are_of(chosen: Asked) -> bool:
    """Of a whole commune, while the period runs: nobody keeps how a day gone by was divided."""
    return chosen.level == COMMUNE and chosen.is_running and not chosen.area.is_part


def to_come(chosen: Asked) -> dict[str, Any]:
    """The rows without numbers, and where the numbers are. At most two queries."""
    found = {
        **_columns(),
        "below": commune.below_to_come(chosen),
        "hamlets_awaited": _awaited(commune.HAMLET_CODES),
        "officers_awaited": _awaited(commune.OFFICER_CODES),
        "below_url": reverse("supervision:dashboard_below") + told(chosen.query),
    }
    if chosen.officer.role == Role.OFFICER:
        found["mine"] = commune.mine_to_come(chosen)
        found["mine_url"] = reverse("supervision:dashboard_mine") + told(chosen.query)
    return found


def below(chosen: Asked) -> dict[str, Any]:
    return _shared(chosen) | _columns() | {"below": commune.below(chosen)}


def mine(chosen: Asked) -> dict[str, Any]:
    return _shared(chosen) | {"mine": commune.mine(chosen)}


@cache
def _awaited(codes: tuple[str, ...]) -> SafeString:
    """The cells of a row before they are counted: the same in every row of every page, and put together once."""
    return render_to_string("supervision/dashboard/_awaited.html", {"columns": [FIGURES[code] for code in codes]})


def _columns() -> dict[str, Any]:
    return {
        "hamlet_columns": [FIGURES[code] for code in commune.HAMLET_CODES],
        "officer_columns": [FIGURES[code] for code in commune.OFFICER_CODES],
    }


def _shared(chosen: Asked) -> dict[str, Any]:
    """Of the page that it is without scripts."""
    return {
        "place": chosen.name,
        "period": periods(chosen)["name"],
        "back_url": chosen.url(),
        "at": timezone.now(),
    }
