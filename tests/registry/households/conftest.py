"""A family of three generations in one household, with the ties written; and how an officer works on it."""

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Unit
from registry.models import Household, HouseholdRole, Membership, Relation, Resident
from tests.factories import HouseholdFactory, MembershipFactory, RelationFactory, ResidenceFactory, ResidentFactory

MALE, FEMALE = 1, 2
STREET = {"hamlet": "Thôn 2", "street": "Số 5"}


@dataclass
class Family:
    """People by first name."""

    household: Household
    people: dict[str, Resident]

    def __getattr__(self, name: str) -> Resident:
        return self.people[name]

    def roles(self, household: Household | None = None) -> dict[str, str]:
        """First name -> relation of everybody who lives there now."""
        rows = Membership.objects.filter(household=household or self.household, to_on=None)
        return {row.resident.given_name: row.role.code if row.role else "" for row in rows.select_related("role")}


def settle(commune: Unit, home: Household, name: str, *, sex: int, born: int, role: str | None, **more) -> Resident:
    person = ResidentFactory(commune=commune, full_name=name, sex=sex, birth_year=born, birth_month=3, birth_day=4,
                             **more)  # fmt: skip
    found = HouseholdRole.objects.get(code=role) if role else None
    MembershipFactory(household=home, resident=person, role=found, from_on=dt.date(2015, 1, 1))
    for kind in ("permanent", "present"):
        ResidenceFactory(
            resident=person, kind=kind, hamlet=home.hamlet, street=home.street, from_on=dt.date(2015, 1, 1)
        )
    return person


def link(one: Resident, kind: str, other: Resident) -> Relation:
    return RelationFactory(resident=one, kind=kind, name=other.full_name, person=other)


@pytest.fixture
def family(commune: Unit) -> Family:
    return make_family(commune)


def make_family(commune: Unit) -> Family:
    home = HouseholdFactory(commune=commune, code="00217", **STREET)
    wanted = {
        "hung": ("Nguyễn Mẫu Hùng", MALE, 1950, "CHU_HO"), "lan": ("Trần Mẫu Lan", FEMALE, 1952, "VO"),
        "an": ("Nguyễn Mẫu An", MALE, 1978, "CON_DE"), "cuc": ("Lê Mẫu Cúc", FEMALE, 1980, "CON_DAU"),
        "bi": ("Nguyễn Mẫu Bi", MALE, 2015, "CHAU_NOI"),
    }  # fmt: skip
    people = {
        key: settle(commune, home, name, sex=sex, born=born, role=role)
        for key, (name, sex, born, role) in wanted.items()
    }
    for child, father, mother in (("an", "hung", "lan"), ("bi", "an", "cuc")):
        link(people[child], "father", people[father])
        link(people[child], "mother", people[mother])
    link(people["an"], "spouse", people["cuc"])
    link(people["hung"], "spouse", people["lan"])
    return Family(home, people)


class Desk:
    """An officer at one household form: what the page asks is answered by name."""

    def __init__(self, client: Client, subject: Household | Resident, kind: str) -> None:
        called = "household_change" if isinstance(subject, Household) else "resident_change"
        self.client = client
        self.url = reverse(f"registry:{called}", args=[subject.public_id, kind, uuid.uuid4()])
        self.typed: dict[str, str] = {"received_on": "20/11/2026", "effective_on": "20/11/2026", "basis": "Đơn đề nghị"}

    def go(self, *people: Resident) -> None:
        self.typed |= {f"out_{one.public_id.hex}": "on" for one in people}

    def send(self, step: str, **more: str) -> Any:
        return self.client.post(self.url, self.typed | {"buoc": step} | more)

    def asked(self) -> Iterator[Any]:
        """Every relation the form asks for, as the page shows it now."""
        for group in self.send("sua").context["form"].groups:
            yield from group.rows

    def agree(self, **instead: str) -> None:
        """Tick every proposal; `instead` names the relation of those that have none, by first name."""
        for row in self.asked():
            name = row.resident.given_name
            code = instead.get(name, row.proposed)
            assert code, f"{name}: {row.proposal}"
            self.typed[row.role.html_name] = code
            if row.tick is not None and code == row.proposed:
                self.typed[row.tick.html_name] = "on"

    def look(self) -> Any:
        answer = self.send("xem")
        assert answer.status_code == 200, _errors(answer)
        return answer.context["preview"]

    def write(self) -> Any:
        return self.send("ghi", seen=self.look().seal)


def _errors(answer: Any) -> Any:
    form = answer.context.get("form")
    return form.errors.as_data() if form is not None else re.sub(r"\s+", " ", answer.content.decode())[:400]


At = Callable[[Household | Resident, str], Desk]


@pytest.fixture
def at(client_of, officer) -> At:
    """`at(household, "tach-ho")`: the officer of the cast opens this form."""
    client = client_of(officer)
    return lambda subject, kind: Desk(client, subject, kind)
