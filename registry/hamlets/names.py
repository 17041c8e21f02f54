"""The names of the list, for the forms: suggestions in their order, one spelling for one place, a word of warning."""

from accounts.models import Officer, Unit
from accounts.scope import ScopedQuerySet, works_in_one_commune
from accounts.text import plain_sort_key
from registry.models import Hamlet, Household
from registry.values.address import fold_address

SHOWN = 200


def open_hamlets(commune: Unit) -> ScopedQuerySet[Hamlet]:
    """Those that exist, in the Vietnamese order, Thôn 2 before Thôn 10. A closed one has its last day written."""
    return Hamlet.objects.filter(commune=commune, valid_to=None)


def names_for(officer: Officer) -> list[str]:
    """Suggestions of the hamlet fields: the list of the officer's commune; without a list, and for those who look from
    above, what households are called by. Two queries at most."""
    if works_in_one_commune(officer):
        listed = list(Hamlet.objects.in_scope(officer).filter(valid_to=None).values_list("name", flat=True)[:SHOWN])
        if listed:
            return listed
    rows = Household.objects.in_scope(officer).filter(closed_on=None).exclude(hamlet="")
    return sorted(rows.values_list("hamlet", flat=True).distinct().order_by()[:SHOWN], key=plain_sort_key)


def as_listed(commune: Unit | None, text: str) -> str:
    """The text in the list's own spelling, where it means one of its hamlets: "tổ 05" -> "Tổ dân phố 5". One query."""
    if commune is None or not text:
        return text
    found = open_hamlets(commune).filter(name_folded=fold_address(text)[:100]).first()
    return found.name if found else text


def not_listed(commune: Unit, text: str) -> str:
    """A warning, never a refusal: the hamlet is not in the commune's list. "" when it is, or when there is no list."""
    if not text:
        return ""
    keys = set(open_hamlets(commune).values_list("name_folded", flat=True))
    if not keys or fold_address(text)[:100] in keys:
        return ""
    return f"“{text}” chưa có trong danh sách thôn, tổ của {commune.name}; kiểm tra lại, hoặc báo trưởng công an xã."
