"""How an electronic identity account follows a merge of two residents."""

from cards.models import EidAccount
from registry.duplicates.moving import Mover, Work
from registry.models import MoveKind

ACCOUNT = "Tài khoản định danh điện tử"


def follow_account(work: Work) -> None:
    """It goes along; where the survivor has one already, that one stands and the other stays with the folded record."""
    taken = EidAccount.objects.filter(resident=work.survivor).exists()
    for row in EidAccount.objects.filter(resident=work.folded).order_by("pk"):
        if taken:
            work.ledger.keep(title=ACCOUNT, words=str(row), why="hồ sơ giữ lại đã có tài khoản định danh")
            work.warn("Hai hồ sơ đều có tài khoản định danh điện tử: đề nghị cấp trên khóa tài khoản cấp nhầm.")
        else:
            work.ledger.change(row, MoveKind.MOVED, title=ACCOUNT, words=str(row), resident_id=work.survivor.pk)


MOVER = Mover(
    ACCOUNT, ("cards.EidAccount.resident",), follow_account, rows=lambda pk: EidAccount.objects.filter(resident=pk)
)  # fmt: skip
