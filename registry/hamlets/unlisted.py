"""What records call a hamlet and the list does not: to be added, or to be called as the list calls it (rule S28)."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count

from accounts.models import Unit
from accounts.text import fold, plain_sort_key
from registry.hamlets.work import open_residences
from registry.models import Hamlet, Household
from registry.values.address import fold_address
from registry.values.address_line import tidy_hamlet

_KINDS = frozenset({
    "thon", "xom", "ap", "ban", "buon", "lang", "phum", "soc", "to", "khu", "khoi", "khom", "doi", "cum", "pho", "tieu",
    "dan", "plei", "play", "bon",
})  # fmt: skip


@dataclass
class Unlisted:
    """One place that records name. `twin` is the hamlet of the list with the same key, only written otherwise; `like`
    one with the same name and another kind word or none ("Nà Mạ", "Bản Nà Mạ" for Thôn Nà Mạ)."""

    key: str
    texts: dict[str, int] = field(default_factory=dict)
    households: int = 0
    twin: Hamlet | None = None
    like: Hamlet | None = None

    @property
    def name(self) -> str:
        """The writing that most records have, written out."""
        return tidy_hamlet(max(self.texts, key=lambda text: (self.texts[text], text)))

    @property
    def people(self) -> int:
        return sum(self.texts.values())

    @property
    def proposed(self) -> Hamlet | None:
        return self.twin or self.like


Counted = list[tuple[str, int, int]]
"""(text, people, households) as the records of a commune write it."""


def unlisted(counted: Counted, hamlets: list[Hamlet]) -> list[Unlisted]:
    """Places that records of the commune name and the list does not, or not in that spelling."""
    by_key = {one.name_folded: one for one in hamlets}
    by_core: dict[str, list[Hamlet]] = defaultdict(list)
    for hamlet in hamlets:
        by_core[core(hamlet.name)].append(hamlet)
    found: dict[str, Unlisted] = {}
    for text, people, homes in counted:
        key = fold_address(text)[:100]
        twin = by_key.get(key)
        if twin and twin.name == text:
            continue
        near = [] if twin else by_core.get(core(text), [])
        one = found.setdefault(key, Unlisted(key, twin=twin, like=near[0] if len(near) == 1 else None))
        one.texts[text] = people
        one.households += homes
    return sorted(found.values(), key=lambda one: plain_sort_key(one.name))


def texts_of(commune: Unit) -> Counted:
    """Every text, with who lives by it. Two queries."""
    people = open_residences(commune).exclude(hamlet="").values_list("hamlet").order_by()
    homes = Household.objects.filter(commune=commune, closed_on=None).exclude(hamlet="")
    lived = dict(people.annotate(Count("resident", distinct=True)))
    housed = dict(homes.values_list("hamlet").order_by().annotate(Count("pk")))
    return [(text, lived.get(text, 0), housed.get(text, 0)) for text in sorted({*lived, *housed})]


def by_key(counted: Counted) -> dict[str, tuple[int, int]]:
    """Key of a hamlet -> how many people and households live there, all spellings together."""
    found: dict[str, tuple[int, int]] = {}
    for text, people, homes in counted:
        key = fold_address(text)[:100]
        before = found.get(key, (0, 0))
        found[key] = (before[0] + people, before[1] + homes)
    return found


def core(text: str) -> str:
    """The folded name without kind words: "Thôn Nà Mạ" and "bản Nà Mạ" -> "na ma". A number keeps its kind, for Thôn 5
    is not Tổ 5."""
    words = fold_address(text).split()
    rest = [word for word in words if word not in _KINDS]
    return " ".join(rest) if rest and not all(word.isdigit() for word in rest) else fold(" ".join(words))
