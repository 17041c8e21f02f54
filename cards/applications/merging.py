"""How card files follow a merge of two residents."""

from cards.models import Application
from registry.duplicates.moving import Mover, Work
from registry.models import MoveKind, Resident, ResidentState

FILES = "Hồ sơ căn cước"


def follow_files(work: Work) -> None:
    """Every file goes along; number, commune and the printed slip stay as they are."""
    for row in Application.objects.filter(resident=work.folded).order_by("pk"):
        words = f"{row.file_number}: {row.get_state_display().lower()}"
        work.ledger.change(row, MoveKind.MOVED, title=FILES, words=words, resident_id=work.survivor.pk)


def hold(survivor: Resident, folded: Resident) -> list[str]:
    """Two open files for one person, or a file taken from somebody who was dead."""
    files = _open(survivor, folded)
    if len({file.resident_id for file in files}) > 1:
        told = " và ".join(f"{file.file_number} ({file.get_state_display().lower()})" for file in files)
        return [f"Hai hồ sơ đang làm thẻ cùng lúc: {told}. Hủy một hồ sơ bằng bước “Hủy do trùng” rồi gộp."]
    return _of_the_dead(survivor, folded)


def _of_the_dead(survivor: Resident, folded: Resident) -> list[str]:
    for dead, living in ((survivor, folded), (folded, survivor)):
        if dead.state != ResidentState.DECEASED or living.state == ResidentState.DECEASED or dead.died_on is None:
            continue
        later = Application.objects.filter(resident=living, received_at__date__gt=dead.died_on).order_by("pk").first()
        if later is not None:
            return [
                f"Một hồ sơ đã khai tử ngày {dead.died_on:%d/%m/%Y}, hồ sơ kia làm thẻ sau ngày đó "
                f"({later.file_number}): kiểm tra lại việc khai tử, hoặc kết luận hai người khác nhau."
            ]
    return []


def second(survivor: Resident, folded: Resident) -> list[str]:
    numbers = ", ".join(file.file_number for file in _open(survivor, folded))
    return [f"Đang làm thẻ căn cước (hồ sơ {numbers})."] if numbers else []


def lock(survivor: Resident, folded: Resident) -> list[int]:
    """A move of a file locks the file, then its person (workflow.py): a merge must not come the other way."""
    rows = Application.objects.filter(resident__in=[survivor.pk, folded.pk]).order_by("pk")
    return list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def _open(survivor: Resident, folded: Resident) -> list[Application]:
    return list(Application.objects.open().filter(resident__in=[survivor, folded]).order_by("pk"))


MOVER = Mover(
    FILES, ("cards.Application.resident",), follow_files, holds=hold, second=second,
    second_setting="merge_second_cards", lock=lock, rows=lambda pk: Application.objects.filter(resident=pk),
)  # fmt: skip
