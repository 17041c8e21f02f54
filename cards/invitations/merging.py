"""How letters of invitation and tries to reach somebody follow a merge of two residents."""

from cards.models import Contact, Invitation
from registry.duplicates.moving import Mover, Work
from registry.models import MoveKind

LETTERS, CONTACTS = "Giấy mời làm thẻ", "Lần liên hệ"


def follow_letters(work: Work) -> None:
    """Every letter goes along with its number. Where both were invited for the same reason and day, the survivor's
    letter stands and the other stays with the folded record: a person is invited once."""
    standing = set(Invitation.objects.filter(resident=work.survivor, cancelled_at=None).values_list("why", "due_on"))
    for row in Invitation.objects.filter(resident=work.folded).order_by("pk"):
        if row.cancelled_at is None and (row.why, row.due_on) in standing:
            work.ledger.keep(title=LETTERS, words=str(row), why="hồ sơ giữ lại đã được mời vì lý do này")
        else:
            work.ledger.change(row, MoveKind.MOVED, title=LETTERS, words=str(row), resident_id=work.survivor.pk)


def follow_contacts(work: Work) -> None:
    """Every call and visit goes along: what was promised on the telephone was promised to one person."""
    for row in Contact.objects.filter(resident=work.folded).order_by("pk"):
        work.ledger.change(row, MoveKind.MOVED, title=CONTACTS, words=str(row), resident_id=work.survivor.pk)


MOVERS = (
    Mover(LETTERS, ("cards.Invitation.resident",), follow_letters,
          rows=lambda pk: Invitation.objects.filter(resident=pk)),
    Mover(CONTACTS, ("cards.Contact.resident",), follow_contacts,
          rows=lambda pk: Contact.objects.filter(resident=pk)),
)  # fmt: skip
