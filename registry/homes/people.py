"""Whom a procedure is about: the subject and who goes along; and what of it their households must hear."""

from collections.abc import Callable, Iterable

from django.urls import reverse
from django.utils.html import format_html

from registry.changes import kinds
from registry.changes.refusal import ChangeRefused
from registry.changes.run import Order
from registry.homes.rows import Place
from registry.models import HEAD, Household, Membership, Resident, ResidentState
from registry.values.address import fold_address

ALONG = "with_"  # the box of a member who goes along: with_<public id>
CHANGE_OF_HEAD = "doi-chu-ho"


def everybody(order: Order) -> list[Resident]:
    """The subject first; all of them locked and fresh. Who went along but left the household meanwhile is refused."""
    people = [order.subject]
    companions = order.values.get("companions", [])
    homes = Membership.objects.filter(resident=order.subject, to_on=None).values("household")
    at_home = Membership.objects.filter(household__in=homes, to_on=None) if companions else Membership.objects.none()
    housemates = set(at_home.values_list("resident", flat=True))
    for one in companions:
        if one.pk not in housemates:
            raise ChangeRefused(f"{ALONG}{one.public_id.hex}", f"{one.full_name} vừa rời hộ; bỏ dấu ở ô này.")
        people.append(order.people[one.pk])
    return people


def each(order: Order, work: Callable[[Order, Resident], None]) -> list[Resident]:
    """Do it for everybody; a refusal about somebody who goes along stands at the box of that person."""
    people = everybody(order)
    for person in people:
        try:
            work(order, person)
        except ChangeRefused as refused:
            if person is order.subject:
                raise
            box = f"{ALONG}{person.public_id.hex}"
            raise ChangeRefused(box, f"{person.full_name}: {refused}") from refused
    return people


def set_state(person: Resident, state: ResidentState) -> None:
    if person.state != state:
        person.state = state
        person.save(update_fields=["state"])


def say_which_households(order: Order, people: Iterable[Resident], place: Place) -> None:
    """The address is registered; the household is work of its own. One query."""
    names = {person.pk: person.full_name for person in people}
    rows = Membership.objects.filter(resident__in=names, to_on=None).select_related("household")
    homes: dict[int, Membership] = {}
    at_home = set()
    for row in rows.order_by("pk"):
        at_home.add(row.resident_id)
        household = row.household
        if fold_address(f"{household.street} {household.hamlet}") != place.key[1]:
            homes.setdefault(row.household_id, row)
    for row in homes.values():
        order.then(
            f"Hộ {row.household.code} ghi địa chỉ {row.household.address or 'trống'}, khác nơi vừa đăng ký: "
            "làm tiếp việc tách hộ, chuyển hộ hoặc sửa địa chỉ hộ."
        )
    alone = [name for pk, name in names.items() if pk not in at_home]
    if alone:
        order.then(f"{', '.join(alone)} chưa thuộc hộ nào: ghép vào hộ hoặc lập hộ mới.")


def leave_households(person: Resident, order: Order) -> None:
    """Gone from the commune: every membership ends. Who was head leaves a household without one (rule L03)."""
    for row in person.memberships.filter(to_on=None).select_related("household", "role"):
        row.to_on = max(order.on, row.from_on) if row.from_on else order.on
        row.save()
        if row.role and row.role.code == HEAD:
            say_head_is_gone(order, person, row.household)


def say_head_is_gone(order: Order, person: Resident, household: Household) -> None:
    """The household has no head now (rule L03): a link to the work that gives it one, while anybody is left in it."""
    if not household.memberships.filter(to_on=None).exists():
        order.then(f"Hộ {household.code} không còn ai: đóng hộ.")
        return
    words = f"{person.full_name} là chủ hộ của hộ {household.code}"
    if kinds.named(CHANGE_OF_HEAD, "household") is None:
        order.then(f"{words}: làm tiếp việc đổi chủ hộ.")
        return
    url = reverse("registry:household_change_new", args=[household.public_id, CHANGE_OF_HEAD])
    order.then(format_html('{}. <a href="{}">Làm tiếp: Đổi chủ hộ</a>', words, url))
