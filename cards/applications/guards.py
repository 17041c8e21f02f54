"""What must hold before a move is made: everything that speaks against it, each beside the field that mends it.

Guards are asked under the lock of the file, and also of a file that is not written yet (intake.open).
"""

from collections.abc import Collection

from django.utils import timezone

from cards.applications import data, eligibility
from cards.applications.eligibility import Entry, Fault
from cards.applications.reasons import REASONS
from cards.components import table
from cards.components.parts import PARTS, Part
from cards.models import Application

PART_FIELD = "part_"
"""With the code of a paper: the name of its tick on the form."""
IN_THE_FORM_ONLY = ("representative_number", "representative_relation")


def nothing(application: Application) -> list[Fault]:
    return []


def entry_of(application: Application) -> Entry:
    """What was entered, read back from the file."""
    return Entry(
        reason=REASONS[application.reason],
        channel=application.channel,
        delivery=application.delivery,
        delivery_address=application.delivery_address,
        representative_name=application.representative_name,
        representative_number=application.representative_number,
        representative_relation=application.representative_relation,
        exemption=application.exemption,
        old_card_taken=application.old_card_taken,
        biometrics_taken=application.biometrics_taken,
        cc01_signed=application.cc01_signed,
        note=application.note,
    )


def may_be_received(application: Application, *, seen: Collection[str] | None = ()) -> list[Fault]:
    """Whom the law serves, what it asks of this reason, every part of the file, and data that are right.

    `seen`: papers that a form ticked and nobody wrote yet; None asks nothing about papers.
    """
    found = entered(application)
    if seen is not None:
        found += parts(application, seen=seen)
    return found + data.faults(application)


def entered(application: Application) -> list[Fault]:
    """What speaks against the file as it was filled in."""
    person = application.resident
    if fault := eligibility.person_fault(person):
        return [fault]
    found = eligibility.faults(entry_of(application), age_years=person.age_years)
    return found + eligibility.card_faults(
        REASONS[application.reason], documents=person.documents.all(), on=timezone.localdate()
    )


def may_go_on(application: Application) -> list[Fault]:
    """The data that stopped it are right; one that was received must be whole as well."""
    wrong = data.faults(application)
    return wrong or (_whole(application) if application.received_at else [])


def may_go_up(application: Application) -> list[Fault]:
    return _whole(application) + parts(application) + data.faults(application)


LOOK_AT_DATA = (may_be_received, may_go_on, may_go_up)
"""Guards that rely on what the clean-up rules say: ask those anew before (fresh.py)."""


def is_paused(application: Application) -> list[Fault]:
    return [] if application.is_paused else [Fault("", "hồ sơ không chờ công dân.")]


def is_overdue(application: Application) -> list[Fault]:
    return [] if application.days_overdue else [Fault("", "hồ sơ chưa quá hạn.")]


def parts(application: Application, *, seen: Collection[str] = ()) -> list[Fault]:
    """The papers that an officer has to see and has not ticked (cards/components), each beside its tick. What the file
    keeps in a column of its own is asked by eligibility.faults()."""
    lacking = table.missing(application, also=seen)
    papers = {part.name: part for part in PARTS.values() if not part.column}
    return [_lacks(papers[name]) for name in lacking if name in papers]


def _lacks(part: Part) -> Fault:
    spared = "; không cần thì lưu nháp rồi ghi lý do ở trang hồ sơ" if part.may_be_spared else ""
    return Fault(PART_FIELD + part.code, f"Thiếu {part.name}: xem giấy rồi đánh dấu{spared}.")


def _whole(application: Application) -> list[Fault]:
    """What the form asked for, asked again: the data of the person may have changed since. The number and relation of
    the representative are asked at receipt only: files received before they were asked stay good."""
    entered, age = entry_of(application), application.resident.age_years
    return [one for one in eligibility.faults(entered, age_years=age) if one.field not in IN_THE_FORM_ONLY]
