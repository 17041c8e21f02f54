"""The papers of this desk: letters of invitation, one a page, and lists for schools."""

from collections.abc import Sequence
from typing import Any

from accounts.models import Officer, Unit
from cards.invitations import must_come, words
from cards.invitations.must_come import Horizon
from cards.invitations.school import COLUMNS, Wish, line
from cards.models import Invitation, PrintJob
from cards.papers import orders
from cards.papers.heads import head
from registry.models import Resident

LETTERS, SCHOOL = "invitations", "school_list"


def sign_up() -> None:
    orders.register(orders.PaperKind(LETTERS, "Giấy mời làm thẻ căn cước", template="print/invitations.html"))
    orders.register(orders.PaperKind(SCHOOL, "Danh sách học sinh làm thẻ", template="print/school_list.html"))


def order_letters(letters: Sequence[Invitation], commune: Unit, *, by: Officer) -> PrintJob:
    """The paper of these letters, ordered inside the caller's transaction; each letter knows it."""
    content = letters_content(letters, commune, by=by)
    job = orders.order(LETTERS, commune=commune, by=by, title=title_of(letters), content=content)
    Invitation.objects.filter(pk__in=[one.pk for one in letters]).update(printed=job)
    return job


def order_school_list(
    wish: Wish, people: Sequence[Any], commune: Unit, horizon: Horizon, *, by: Officer
) -> PrintJob:  # fmt: skip
    content = school_content(wish, people, commune, horizon, by=by)
    return orders.order(SCHOOL, commune=commune, by=by, title=wish.title, content=content)


def letters_content(letters: Sequence[Invitation], commune: Unit, *, by: Officer) -> dict[str, Any]:
    """Frozen text of these letters, in their order. Two queries."""
    rows = Resident.objects.filter(pk__in=[one.resident_id for one in letters])
    people = {one.pk: one for one in must_come.with_reasons(rows, Horizon.read())}
    told = [words.letter(one, people[one.resident_id]) for one in letters]
    return head(commune, by=by) | {"title": title_of(letters), "heading": "GIẤY MỜI", "letters": told,
                                       "sign_head": "THỦ TRƯỞNG ĐƠN VỊ", "sign_name": ""}  # fmt: skip


def title_of(letters: Sequence[Invitation]) -> str:
    first, last = letters[0].number, letters[-1].number
    return f"Giấy mời làm thẻ căn cước {first}" + (f" đến {last}" if first != last else "")


def school_content(
    wish: Wish, people: Sequence[Any], commune: Unit, horizon: Horizon, *, by: Officer
) -> dict[str, Any]:
    return head(commune, by=by) | {
        "title": wish.title,
        "heading": wish.title.upper(),
        "under_heading": wish.under(horizon),
        "school": wish.group,
        "columns": [heading for heading, _ in COLUMNS],
        "rows": [line(place, person) for place, person in enumerate(people, start=1)],
        "total": len(people),
        "wide": True,
    }
