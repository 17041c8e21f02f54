"""Which tasks may be sent again."""

from config.celery import app
from supervision.machine.known import SWEEP_OF, TITLES, sent_for, title_of
from supervision.machine.queues import timetable

app.loader.import_default_modules()
OURS = {name for name in app.tasks if not name.startswith("celery.")}


def test_every_task_of_the_portal_has_a_title_and_can_be_sent_again():
    assert {name for name in OURS if title_of(name) == name} == set()
    assert {name for name in OURS if not sent_for(name, timetable())} == set()


def test_what_is_sent_takes_no_arguments():
    """The sweeps of the timetable: run twice, the result is the same."""
    sent = {sent_for(name, timetable()) for name in OURS}
    assert sent <= timetable()
    assert sent & set(SWEEP_OF) == set()


def test_a_task_of_one_row_is_found_again_by_the_sweep_of_its_kind():
    assert sent_for("cards.tasks.render_receipt", timetable()) == "cards.tasks.render_due"
    assert sent_for("registry.tasks.scan_all", timetable()) == "registry.tasks.scan_all"


def test_nothing_unknown_is_ever_sent():
    for name in ("celery.backend_cleanup", "registry.tasks.drop_everything", "", "os.system"):
        assert sent_for(name, timetable()) == ""
    assert title_of("os.system") == "os.system"


def test_no_title_is_of_a_task_that_is_gone():
    assert set(TITLES) - OURS == set()
