"""Makes households: three generations, couples with children, grandparents who raise their grandchildren, old people
alone, lodgers. Shares after facts 11."""

import datetime as dt
from collections.abc import Callable
from random import Random

from accounts.models import Unit
from registry.models import HEAD, Household, HouseholdRole, Membership, RelationKind, ResidentState, Sex
from registry.sample.people import PeopleMaker, other_sex
from registry.sample.places import PlaceMaker
from registry.sample.sheet import Home, Sheet

MIXED_COUPLE_SHARE = 0.14
HAMLETS = 14
CHILDREN = {1: 22, 2: 50, 3: 22, 4: 6}


class HomeMaker:
    """Homes of one commune until it has the people it should have."""

    def __init__(
        self, people: PeopleMaker, *, places: PlaceMaker, elsewhere: list[Unit], roles: dict[str, HouseholdRole]
    ) -> None:
        self.people = people
        self.random: Random = people.random
        self.today = people.today
        self.places = places
        self.elsewhere = elsewhere
        self.roles = roles
        self.hamlets = places.hamlets(HAMLETS)
        self.homes: list[Home] = []
        self.houses_in: dict[str, int] = {}

    def fill(self, count: int) -> list[Home]:
        """Homes with exactly `count` people, the dead and those who moved away among them."""
        kinds: dict[Callable[[Home], None], int] = {
            self.three_generations: 24,
            self.young_family: 46,
            self.family_with_grown_children: 13,
            self.old_couple: 5,
            self.alone: 5,
            self.widowed_with_family: 4,
            self.grandparents_with_grandchildren: 2,
            self.lodgers: 3,
        }
        made = 0
        while made < count:
            kind = self.random.choices(list(kinds), list(kinds.values()))[0] if count - made >= 8 else self.alone
            home = self.open()
            kind(home)
            made += len(home.members)
        return self.homes

    # --- kinds of households ------------------------------------------------------------------------------------------

    def young_family(self, home: Home) -> None:
        father, mother = self.couple(self.random.randint(26, 46))
        self.head_and_spouse(home, father, mother)
        for child in self.children_of(father, mother, self.pick_children()):
            self.join(home, child, "CON_DE")

    def family_with_grown_children(self, home: Home) -> None:
        father, mother = self.couple(self.random.randint(45, 60))
        self.head_and_spouse(home, father, mother)
        for child in self.children_of(father, mother, self.random.randint(1, 2), youngest=15):
            self.join(home, child, "CON_DE")
        if self.random.random() < 0.25:
            self.somebody_left(home)

    def three_generations(self, home: Home) -> None:
        """The old couple or the one who is left, a son and his wife (seldom a daughter and hers), grandchildren."""
        grandfather, grandmother = self.couple(self.random.randint(57, 84))
        is_son = self.random.random() < 0.86
        heir = self.child_of(grandfather, grandmother, sex=Sex.MALE if is_son else Sex.FEMALE, gap=(23, 34))
        spouse = self.partner_of(heir)
        old_head = self.random.random() < 0.62
        head = grandfather if old_head else heir
        self.join(home, head, HEAD)
        self.join(home, grandmother, "VO" if old_head else "ME_DE")
        if old_head:
            self.join(home, heir, "CON_DE")
            self.join(home, spouse, "CON_DAU" if is_son else "CON_RE")
        else:
            self.join(home, grandfather, "CHA_DE")
            self.join(home, spouse, "VO" if is_son else "CHONG")
        father, mother = (heir, spouse) if is_son else (spouse, heir)
        grandchild = ("CHAU_NOI" if is_son else "CHAU_NGOAI") if old_head else "CON_DE"
        for child in self.children_of(father, mother, self.random.choice([1, 2, 2, 3, 3])):
            self.join(home, child, grandchild)
        if not old_head and self.random.random() < 0.3:
            self.die(grandfather, grandmother)

    def widowed_with_family(self, home: Home) -> None:
        """The husband is dead; his wife became head, or lives on with the children."""
        father, mother = self.couple(self.random.randint(50, 78))
        self.join(home, mother, HEAD)
        for child in self.children_of(father, mother, self.random.randint(1, 2), youngest=12):
            self.join(home, child, "CON_DE")
        self.join(home, father, "CHONG")
        self.die(father, mother)

    def grandparents_with_grandchildren(self, home: Home) -> None:
        """The parents registered elsewhere; the grandmother represents the children until they are 18."""
        grandfather, grandmother = self.couple(self.random.randint(56, 70))
        self.head_and_spouse(home, grandfather, grandmother)
        is_son = self.random.random() < 0.5
        parent = self.child_of(grandfather, grandmother, sex=Sex.MALE if is_son else Sex.FEMALE, gap=(22, 28))
        spouse = self.partner_of(parent)
        father, mother = (parent, spouse) if is_son else (spouse, parent)
        self.join(home, parent, "CON_DE")
        self.join(home, spouse, "CON_DAU" if is_son else "CON_RE")
        for child in self.children_of(father, mother, 2):
            self.join(home, child, "CHAU_NOI" if is_son else "CHAU_NGOAI")
            if child.age_on(self.today) < 18:
                child.add_relation(RelationKind.GUARDIAN, grandmother.resident.full_name, to=grandmother)
                grandmother.add_relation(RelationKind.WARD, child.resident.full_name, to=child)
        left = self.today - dt.timedelta(days=self.random.randrange(60, 400))
        for one in (parent, spouse):
            self.people.move_away(one, on=left)

    def old_couple(self, home: Home) -> None:
        husband, wife = self.couple(self.random.randint(60, 88))
        self.head_and_spouse(home, husband, wife)

    def alone(self, home: Home) -> None:
        sex = self.random.choice([Sex.MALE, Sex.FEMALE])
        age = self.random.choice([self.random.randint(22, 59), self.random.randint(60, 92)])
        person = self.people.person(sex=sex, age=age, ethnic_group=self.people.ethnic_group())
        if age >= 70:
            person.resident.marital_status = "3b"
        elif age >= 35 and self.random.random() < 0.3:
            person.resident.marital_status = "3a"
        self.join(home, person, HEAD)

    def lodgers(self, home: Home) -> None:
        """Workers from elsewhere who rent together."""
        elsewhere = self.random.choice(self.elsewhere)
        for number in range(self.random.randint(1, 3)):
            person = self.people.person(
                sex=self.random.choice([Sex.MALE, Sex.FEMALE]),
                age=self.random.randint(19, 40),
                ethnic_group=self.people.ethnic_group(),
            )
            self.join(home, person, HEAD if number == 0 else "CUNG_O_THUE", lodges_from=elsewhere)

    # --- pieces ------------------------------------------------------------------------------------------

    def couple(self, husband_age: int) -> tuple[Sheet, Sheet]:
        group = self.people.ethnic_group()
        husband = self.people.person(sex=Sex.MALE, age=husband_age, ethnic_group=group)
        return husband, self.partner_of(husband)

    def partner_of(self, one: Sheet) -> Sheet:
        """A spouse of about the same age; a wife at least 20."""
        own_group = one.resident.ethnic_group
        group = self.people.ethnic_group() if self.random.random() < MIXED_COUPLE_SHARE else own_group
        older = self.random.randint(0, 5) * (1 if one.resident.sex == Sex.FEMALE else -1)
        age = max(22, one.age_on(self.today) + older)
        other = self.people.person(sex=other_sex(one.resident.sex), age=age, ethnic_group=group)
        one.marry(other)
        return other

    def children_of(self, father: Sheet, mother: Sheet, count: int, *, youngest: int = 0) -> list[Sheet]:
        """Up to `count` children, born when the mother was 20 to 38, two to five years apart; grown ones left home."""
        mother_age = mother.age_on(self.today)
        age = mother_age - self.random.randint(20, 27)
        made = []
        for _ in range(count):
            if youngest <= age <= 27 and mother_age - age <= 40 and father.age_on(self.today) - age >= 20:
                made.append(self.child_at(father, mother, age, self.random.choice([Sex.MALE, Sex.FEMALE])))
            age -= self.random.randint(2, 5)
        return made

    def child_of(self, father: Sheet, mother: Sheet, *, sex: int, gap: tuple[int, int]) -> Sheet:
        parent_age = min(father.age_on(self.today), mother.age_on(self.today))
        return self.child_at(father, mother, max(22, parent_age - self.random.randint(*gap)), sex)

    def child_at(self, father: Sheet, mother: Sheet, age: int, sex: int) -> Sheet:
        group = self.random.choice([father, father, father, mother]).resident.ethnic_group
        return self.people.person(sex=sex, age=age, ethnic_group=group, father=father, mother=mother)

    def pick_children(self) -> int:
        return self.random.choices(list(CHILDREN), list(CHILDREN.values()))[0]

    def head_and_spouse(self, home: Home, husband: Sheet, wife: Sheet) -> None:
        if self.random.random() < 0.78:
            self.join(home, husband, HEAD)
            self.join(home, wife, "VO")
        else:
            self.join(home, wife, HEAD)
            self.join(home, husband, "CHONG")

    def die(self, dead: Sheet, survivor: Sheet) -> None:
        """One of a couple died in the last four years; the other is widowed and the marriage over."""
        died = self.today - dt.timedelta(days=self.random.randrange(40, 1400))
        self.people.bury(dead, on=died)
        survivor.resident.marital_status = "3b"
        for sheet in (dead, survivor):
            for row in sheet.related(RelationKind.SPOUSE):
                row.is_current = False

    def somebody_left(self, home: Home) -> None:
        """A grown child registered elsewhere last year, or works away for some months."""
        child = home.members[-1]
        if child.role != "CON_DE" or child.age_on(self.today) < 18:
            return
        if self.random.random() < 0.6:
            self.people.move_away(child, on=self.today - dt.timedelta(days=self.random.randrange(30, 330)))
            return
        child.resident.state = ResidentState.ABSENT
        child.add_residence(
            "absence",
            unit=self.random.choice(self.elsewhere),
            from_on=self.today - dt.timedelta(days=self.random.randrange(10, 150)),
            to_on=self.today + dt.timedelta(days=self.random.randrange(20, 200)),
        )

    def open(self) -> Home:
        """An empty household with an address of its own."""
        hamlet = self.random.choice(self.hamlets)
        self.houses_in[hamlet] = self.houses_in.get(hamlet, 0) + 1
        household = Household(
            commune=self.people.setting.commune,
            code=f"{len(self.homes) + 1:05d}",
            hamlet=hamlet,
            street=self.places.street_line() or f"Số {self.houses_in[hamlet]}",
        )
        home = Home(household)
        self.homes.append(home)
        return home

    def join(self, home: Home, sheet: Sheet, role: str, *, lodges_from: Unit | None = None) -> None:
        home.members.append(sheet)
        sheet.home, sheet.role = home, role
        since = self.today - dt.timedelta(days=self.random.randrange(400, 9000))
        if lodges_from is None:
            self.people.settle(sheet, home, since=since)
        else:
            self.people.lodge(sheet, home, elsewhere=lodges_from)
        sheet.memberships.append(
            Membership(
                household=home.household,
                resident=sheet.resident,
                role=self.roles[role],
                from_on=max(since, sheet.born_on),
            )
        )
