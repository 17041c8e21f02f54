"""The tables that figures count: whose rows they are, where they stand, how a list shows them."""

from typing import Final

from django.db.models import Exists, OuterRef, Q

from cards.models import Application, EidAccount, Step, StockCard
from registry.cleanup.facts import CARD_KINDS
from registry.models import (
    LIVING_STATES,
    Change,
    DocumentState,
    DuplicatePair,
    Finding,
    Household,
    IdentityDocument,
    Merge,
    Residence,
    ResidenceKind,
    Resident,
    ResidentState,
    Roster,
    RosterRow,
    SecondLook,
)
from registry.scores.standing import SERIOUS
from supervision.catalogue.figure import Base, Side, Trace
from supervision.catalogue.trail import TRAIL

BOTH_SIDES: Final = (Side("left_commune", person="left"), Side("right_commune", person="right"))
OF_PERSON: Final = (Side(person="resident"),)


def living(path: str) -> Q:
    """Whom the commune answers for today: living here or absent."""
    return Q(**{f"{path}__state__in" if path else "state__in": LIVING_STATES})


def _sides(*paths: str) -> tuple[Side, ...]:
    return tuple(Side(f"{path}__commune", person=path) for path in paths)


# People.
PEOPLE: Final = Base("people", lambda: Resident.objects.filter(living("")), (Side(person="pk"),), "residents", living)
HOUSEHOLDS: Final = Base("households", lambda: Household.objects.all(), (Side(hamlet="hamlet"),), "households")
CHANGES: Final = Base("changes", lambda: Change.objects.all(), OF_PERSON, "changes")
ROSTERS: Final = Base("rosters", lambda: Roster.objects.all(), (Side(),), "rosters")
ROSTER_ROWS: Final = Base(
    "roster_rows", lambda: RosterRow.objects.all(), (Side("roster__commune", person="resident"),), "roster_rows"
)

# Cleaning and duplicates.
CASES: Final = Base("cases", lambda: Finding.objects.all(), OF_PERSON, "findings")
PAIRS: Final = Base("pairs", lambda: DuplicatePair.objects.all(), BOTH_SIDES, "pairs")
MERGES: Final = Base("merges", lambda: Merge.objects.all(), _sides("survivor", "folded"), "merges")
SECOND_LOOKS: Final = Base(
    "second_looks",
    lambda: SecondLook.objects.all(),
    (Side("pair__left_commune", person="pair__left"), Side("pair__right_commune", person="pair__right")),
    "second_looks",
)

# Cards and electronic identity.
MERGED_AWAY: Final = Resident.objects.filter(state=ResidentState.MERGED)
FILES: Final = Base("files", lambda: Application.objects.all(), OF_PERSON, "applications")
STEPS: Final = Base(
    "steps", lambda: Step.objects.all(), (Side("application__commune", person="application__resident"),), "steps"
)
CARDS: Final = Base("cards", lambda: StockCard.objects.all(), (Side(person="application__resident"),), "cards")
ACCOUNTS: Final = Base(
    "accounts",
    # Whose owner is merged is looked up among the few who are; to ask every owner would read all people.
    lambda: EidAccount.objects.exclude(
        Exists(
            Resident.objects.filter(state=ResidentState.MERGED, pk=OuterRef("resident"), commune=OuterRef("commune"))
        )
    ),
    OF_PERSON,
    "accounts",
)

# What belongs to people.
SERIOUS_CASES: Final = Trace("serious_cases", lambda: Finding.objects.filter(SERIOUS), commune="commune")
CARDS_HELD: Final = Trace(
    "cards_held",
    lambda: IdentityDocument.objects.filter(kind__in=CARD_KINDS, state=DocumentState.IN_USE),
    commune="commune",
)
STAYS: Final = Trace(
    "stays",
    lambda: Residence.objects.filter(
        closed_at=None, kind__in=(ResidenceKind.TEMPORARY, ResidenceKind.STAY, ResidenceKind.ABSENCE)
    ),
)

__all__ = [
    "ACCOUNTS", "CARDS", "CARDS_HELD", "CASES", "CHANGES", "FILES", "HOUSEHOLDS", "MERGES", "PAIRS",
    "PEOPLE", "ROSTERS", "ROSTER_ROWS", "SECOND_LOOKS", "SERIOUS_CASES", "STAYS", "STEPS", "TRAIL",
]  # fmt: skip
