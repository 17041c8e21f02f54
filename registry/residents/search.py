"""The one box: whatever is at hand, read, looked up by index, ranked. Never leaves the officer's scope by itself.

Finders of other apps (file numbers of cards) sign up with register_finder(); registry knows none of them.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from accounts.models import Officer
from accounts.roles import Role
from accounts.scope import ScopedQuerySet
from accounts.text import clean, fold, title_case
from registry.models import IdentityNumber, Resident
from registry.values import personal_number, phone

LIMIT = 50
YEAR = re.compile(r"(?:19|20)\d\d")
WORDS = SearchVector("search_text", config="simple")


@dataclass(frozen=True)
class Hit:
    """One line of the answer: where it leads, what it is called, what tells it apart, and why it was found."""

    url: str
    title: str
    detail: str
    why: str = ""


@dataclass(frozen=True)
class Asked:
    """What was typed, read: digits on their own, or folded words with an optional birth year.

    `card` is what the text of a card's QR says, by the names of the register form's fields.
    """

    text: str
    digits: str = ""
    words: tuple[str, ...] = ()
    year: int | None = None
    card: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.digits or self.words or self.year)


Finder = Callable[[str, Officer], list[Hit]]
_finders: list[Finder] = []


def register_finder(finder: Finder) -> None:
    if finder not in _finders:
        _finders.append(finder)


def other_hits(text: str, officer: Officer) -> list[Hit]:
    return [hit for finder in _finders for hit in finder(clean(text), officer)]


def read(text: str) -> Asked:
    """Split what was typed. Six digits or more are a number; a year of birth is told from the words."""
    text = clean(text)
    card = read_card(text)
    if "|" in text:  # the text of a card's QR: its first part is the number
        text = text.split("|", 1)[0]
    digits = personal_number.bare(text)
    if digits.isascii() and digits.lstrip("+").isdigit() and len(digits.lstrip("+")) >= 6:
        return Asked(text, digits=digits, card=card)
    tokens = fold(text).split()
    years = [token for token in tokens if YEAR.fullmatch(token)]
    words = tuple(token for token in tokens if token not in years)
    return Asked(text, words=words, year=int(years[0]) if years else None)


def read_card(text: str) -> dict[str, str]:
    """number|CMND|name|ddmmyyyy|Nam or Nữ|address|… (facts.md section 8); empty when it is nothing of the kind."""
    parts = [part.strip() for part in text.split("|")]
    if not 5 <= len(parts) <= 12 or not parts[0].isdigit():
        return {}
    sex = {"nam": "1", "nu": "2"}.get(fold(parts[4]), "")
    names = ("number", "cmnd", "full_name", "birth_date")
    return {name: value for name, value in zip((*names, "sex"), (*parts[:4], sex), strict=True) if value}


def find(text: str, officer: Officer, *, typing: bool = False, limit: int = LIMIT) -> list[Resident]:
    """Residents in scope that fit, best first: exact accents before folded ones, whole names before parts.

    The last word is a prefix while typing; otherwise only when nobody has it as a whole word. One or two queries.
    """
    asked = read(text)
    rows = Resident.objects.on_the_books().in_scope(officer).select_related("commune")
    if asked.is_empty:
        return []
    if asked.digits:
        return list(rows.filter(_by_digits(asked.digits)).distinct()[:limit])
    whole = [] if typing else list(_by_words(rows, asked, officer, unfinished=False)[:limit])
    return whole or list(_by_words(rows, asked, officer, unfinished=True)[:limit])


def find_outside(number: str, officer: Officer) -> list[Resident]:
    """Who holds exactly this number anywhere. The caller writes the audit line, with the officer's reason."""
    digits = personal_number.bare(number)
    if len(digits) not in (9, 12) or not digits.isdigit():
        return []
    rows = Resident.objects.on_the_books().select_related("commune__parent")
    return list(rows.filter(numbers__number=digits).distinct()[:LIMIT])


def _by_digits(digits: str) -> Q:
    """Any number of the person, active or retired, or the phone."""
    wanted = Q(pk__in=IdentityNumber.objects.filter(number=digits).values("resident"))
    try:
        return wanted | Q(phone=phone.normalise(digits))
    except phone.PhoneRefused:
        return wanted


def _by_words(
    rows: ScopedQuerySet[Resident], asked: Asked, officer: Officer, *, unfinished: bool
) -> QuerySet[Resident]:
    """All words by the text index, the commune among them; with `unfinished` the last word as a prefix."""
    words = [f"'{word}'" for word in asked.words]
    if unfinished and words:
        words[-1] += ":*"
    if asked.year:
        words.append(f"'{asked.year}'")
    if officer.role in (Role.OFFICER, Role.CHIEF):
        words.append(f"'c{officer.unit_id}'")
    name = " ".join(asked.words)
    rank = Case(
        When(full_name=title_case(YEAR.sub("", asked.text).strip()), then=Value(0)),
        When(name_folded=name, then=Value(1)),
        When(name_folded__endswith=f" {name}", then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return (
        rows.alias(document=WORDS, rank=rank)
        .filter(document=SearchQuery(" & ".join(words), config="simple", search_type="raw"))
        .order_by("rank", "sort_key", "pk")
    )


def lookalikes(
    *, name: str, year: int | None, number: str, officer: Officer, but: int | None = None
) -> Iterable[Resident]:
    """Who on the books may already be this person: same number, or same folded name with the same year. Two at most."""
    wanted = Q()
    if len(number) in (9, 12):
        wanted |= Q(pk__in=IdentityNumber.objects.filter(number=number).values("resident"))
    if name and year:
        wanted |= Q(name_folded=fold(name), birth_year=year)
    if not wanted:
        return []
    rows = Resident.objects.on_the_books().in_scope(officer).filter(wanted)
    return rows.exclude(pk=but)[:2] if but else rows[:2]
