"""The open file of somebody who died: withdrawn where the table of moves allows it, otherwise said."""

from accounts.models import Officer
from cards.applications import workflow
from cards.applications.workflow import MoveRefused
from cards.models import Application
from registry.models import Resident


def close_of_the_dead(person: Resident, by: Officer, reason: str) -> list[str]:
    """For registry.events.closing: runs in the transaction of the death. One move at most: one file is open."""
    told = []
    for file in Application.objects.in_scope(by).open().filter(resident=person).order_by("pk"):
        try:
            workflow.move(file, "withdraw", by=by, note=reason)
            told.append(f"Hồ sơ căn cước {file.file_number} được đóng: {reason.lower()}.")
        except MoveRefused:
            state = file.get_state_display().lower()
            told.append(f"Hồ sơ căn cước {file.file_number} đang ở bước “{state}”: không trả thẻ, báo cấp trên.")
    return told
