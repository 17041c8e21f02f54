"""The card while the office has it: what happens to its row when the file moves, and what happens without a move.

Whatever moves the file itself goes through cards.applications.workflow.move(), which calls arrived(), handed() and
gone_back() from its effects, in its transaction and with the file locked. Knows nothing of the table of moves.
"""

from typing import Any, Final

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer, Unit
from accounts.text import clean
from cards.models import Application, Receiver, State, Step, StockCard, StockState
from registry.values import personal_number

LONGEST_BOX: Final = 20
LONGEST_CODE: Final = 30
LONGEST_REASON: Final = 300
NAMED: Final = (Receiver.REPRESENTATIVE, Receiver.AUTHORISED)
"""Who receives in place of the citizen, and is written down by name (Luật Căn cước Đ25, Đ27)."""


class StockRefused(Exception):
    """It cannot be done; the message is the sentence the officer reads. `field`: where it is mended, "" for nowhere."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


# --- with the moves of the file --------------------------------------------------------------------------------------


def arrived(application: Application, *, by: Officer, box: str = "") -> StockCard:
    """The card is in the office: a new row, or the old one anew when the card had been sent back and came again.

    Inside the caller's transaction, which has locked the file. Three queries. Raises StockRefused for a box that does
    not fit.
    """
    card, is_new = _row(application, by)
    if not is_new:
        for name in ("posted_at", "posted_by", "sent_back_at", "sent_back_by", "handed_at", "handed_by"):
            setattr(card, name, None)
        card.post_code = card.sent_back_reason = card.receiver = card.receiver_name = card.receiver_number = ""
    card.state, card.box = StockState.HERE, box_name(box)
    card.arrived_at, card.arrived_by = timezone.now(), by
    card.save()
    return card


def handed(
    application: Application, *, by: Officer, receiver: str = Receiver.SELF, receiver_name: str = "",
    receiver_number: str = "",
) -> StockCard:  # fmt: skip
    """The card left the office for good, into whose hand. A file without a row (its card came before there were rows)
    gets one now.

    Inside the caller's transaction, which has locked the file. Three queries. Raises StockRefused where somebody else
    than the citizen takes it and is not named.
    """
    name, number = read_receiver(receiver, receiver_name, receiver_number)
    card = card_of(application, by=by)
    card.state = StockState.HANDED_OVER
    card.handed_at, card.handed_by = timezone.now(), by
    card.receiver, card.receiver_name, card.receiver_number = receiver, name, number
    card.save()
    return card


def gone_back(application: Application, *, by: Officer, reason: str) -> StockCard:
    """The card goes back to the level above (misprinted, or it was never this file's). Inside the transaction of the
    move that takes the file back to "Đang in thẻ"."""
    card = card_of(application, by=by)
    card.state = StockState.SENT_BACK
    card.sent_back_at, card.sent_back_by, card.sent_back_reason = timezone.now(), by, reason[:LONGEST_REASON]
    card.save()
    return card


def never_came(application: Application, *, by: Officer) -> None:
    """The arrival was written by mistake and is taken back: no row stays (its history does)."""
    card_of(application, by=by).delete()


def read_receiver(receiver: str, name: str, number: str) -> tuple[str, str]:
    """(name, number) as they are kept: empty for the citizen and for the post. Raises StockRefused.

    Whoever takes it in another's place is named; whoever is authorised shows a number too. Source: Luật Căn cước Đ25.
    """
    if receiver not in Receiver.values:
        raise StockRefused("Chọn người nhận thẻ.", field="receiver")
    if receiver not in NAMED:
        return "", ""
    name = clean(name)
    if not name:
        raise StockRefused("Ghi họ tên người nhận thay.", field="receiver_name")
    if len(name) > 100:
        raise StockRefused("Họ tên dài quá 100 ký tự.", field="receiver_name")
    if not number.strip() and receiver == Receiver.AUTHORISED:
        raise StockRefused("Ghi số định danh của người được ủy quyền.", field="receiver_number")
    try:
        return name, personal_number.parse(number) if number.strip() else ""
    except ValueError as refused:
        raise StockRefused(str(refused), field="receiver_number") from refused


# --- without a move --------------------------------------------------------------------------------------------------


def card_of(application: Application, *, by: Officer) -> StockCard:
    """The row of a file's card under lock; made from the file's own steps where it has none yet."""
    return _row(application, by)[0]


def box_name(text: str) -> str:
    """As it is kept: "hộp a1" and "Hộp A1" are one box. Raises StockRefused."""
    name = clean(text)
    if len(name) > LONGEST_BOX:
        raise StockRefused(f"Tên hộp, ngăn dài quá {LONGEST_BOX} ký tự.", field="box")
    return name.upper()


def catch_up(commune: Unit | None = None) -> int:
    """Rows for cards that arrived before there were rows, from the step that brought each. Answers how many.

    Run again, it finds nothing. Two queries.
    """
    files = Application.objects.filter(state=State.ARRIVED, stock=None)
    if commune is not None:
        files = files.filter(commune=commune)
    last = Step.objects.filter(application=OuterRef("pk"), to_state=State.ARRIVED).order_by("-at", "-pk")
    found: QuerySet[Any] = files.annotate(
        came_at=Subquery(last.values("at")[:1]), came_by=Subquery(last.values("by")[:1])
    )
    rows = [
        StockCard(
            application=file,
            commune_id=file.commune_id,
            arrived_at=file.came_at or file.received_at or file.created_at,
            arrived_by_id=file.came_by or file.created_by_id,
        )
        for file in found
    ]
    StockCard.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _row(application: Application, by: Officer) -> tuple[StockCard, bool]:
    rows = StockCard.objects.select_for_update(of=("self",), no_key=True).filter(application=application)
    found = rows.first()
    if found is not None:
        return found, False
    came = application.steps.filter(to_state=State.ARRIVED).order_by("at", "pk").last()
    fresh = StockCard(
        application=application,
        commune_id=application.commune_id,
        arrived_at=came.at if came else timezone.now(),
        arrived_by_id=came.by_id if came else by.pk,
    )
    StockCard.objects.bulk_create([fresh], ignore_conflicts=True)
    return rows.get(), True


def say(card: StockCard, by: Officer, sentence: str, *, reason: str = "") -> None:
    """The line of the trail for what happened to a card without a move of its file."""
    record(by, Action.CHANGE, target=card, sentence=sentence, reason=reason)
