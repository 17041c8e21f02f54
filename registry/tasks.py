"""Background work of registry: one short function a job. What they find to do are marks on rows (config/celery.py
sweeps them).

A sweep works for SWEEP_SECONDS and then makes room; what is left still bears its mark and is taken up by the next.
"""

import time
from collections.abc import Callable

from celery import shared_task

from registry.cleanup import scan

DUE_AT_ONCE = 200
SWEEP_SECONDS = 12
SLICE_SECONDS = 20
HELP_SECONDS = 3
NIGHT_SECONDS = 240
LONGEST_RUN_SECONDS = 3600
PRINTS_AT_ONCE = 50
MESSAGE_SECONDS = 60


@shared_task
def scan_due() -> None:
    """Check marked residents; with what time is left, go on with a nightly scan that somebody left unfinished."""
    scan.work_on_jobs(seconds=_sweep(scan.scan_due))


@shared_task
def scan_resident(resident_id: int) -> None:
    scan.scan([resident_id])


@shared_task
def scan_all() -> None:
    """Every record, every night: plan a job a commune and work on them; the sweep above finishes the rest."""
    scan.plan_all()
    scan.work_on_jobs(seconds=NIGHT_SECONDS)


@shared_task
def move_to_successors() -> None:
    """People, households, officers and files of units that ended follow into the one that took over."""
    from registry.addresses import moving

    moving.move_to_successors(seconds=NIGHT_SECONDS)


@shared_task
def search_due() -> None:
    """Compare marked residents; with what time is left, go on with a commune that a chief asked for."""
    from registry.duplicates import search, search_job

    search_job.work_on_communes(seconds=_sweep(search.search_due))


@shared_task
def search_all() -> None:
    """Everybody, every night."""
    from registry.duplicates import search_job

    search_job.plan_all()
    search_everything.delay()


@shared_task(time_limit=LONGEST_RUN_SECONDS)
def search_everything() -> None:
    """The whole register, where it was planned or where a worker fell silent. Nothing to do is the rule."""
    from registry.duplicates import search_job
    from registry.jobs import work

    work.run_whole(search_job.EVERYBODY)


@shared_task
def search_resident(resident_id: int) -> None:
    from registry.duplicates import search

    search.search_resident(resident_id)


@shared_task
def run_planned_merges() -> None:
    """Merges whose cooling-off is over."""
    from registry.duplicates import planned

    planned.run_planned()


@shared_task
def repair_run(run_id: int) -> None:
    """A run of one fix over many, begun or taken back; what is not done in time is the sweep's."""
    from registry.repairs import work

    work.go_on(run_id, seconds=NIGHT_SECONDS)


@shared_task
def repairs_left() -> None:
    """Runs that somebody left in the middle."""
    from registry.repairs import work

    work.sweep(seconds=SWEEP_SECONDS)


@shared_task
def scores_all() -> None:
    """How clean every hamlet is at the end of the day; the sweep finishes what is left."""
    from registry.jobs import work
    from registry.scores import history

    work.plan_everywhere(history.JOB_KIND)
    scores_due()


@shared_task
def scores_due() -> None:
    """Days of scores that are planned and not written. Nothing to do is the rule."""
    from registry.jobs import work
    from registry.scores import history

    work.work_on([history.JOB_KIND], seconds=NIGHT_SECONDS)


@shared_task
def render_field_print(print_pk: int) -> None:
    from registry.fieldwork import printing

    printing.render_and_store(print_pk)


@shared_task
def field_prints_due() -> None:
    """The sweep: field sheets whose message was lost, or whose worker died. Sending one twice does no harm."""
    from registry.fieldwork import printing

    for print_pk in printing.due(PRINTS_AT_ONCE):
        render_field_print.apply_async((print_pk,), expires=MESSAGE_SECONDS)


def _sweep(take: Callable[[int], int]) -> float:
    """Take batch after batch until one is not full or the time is up; answers how many seconds are left of it."""
    until = time.monotonic() + SWEEP_SECONDS
    while take(DUE_AT_ONCE) == DUE_AT_ONCE and time.monotonic() < until:
        pass
    return max(0.0, until - time.monotonic())


@shared_task
def roster_go_on(roster_id: int) -> None:
    """The step a list stands at, a slice at a time: papers that were asked for meanwhile get their turn."""
    from registry.rosters import work

    if not work.go_on(roster_id, seconds=SLICE_SECONDS, call_help=_call_help):
        roster_go_on.apply_async([roster_id], countdown=1, expires=MESSAGE_SECONDS)


@shared_task
def roster_help(roster_id: int) -> None:
    """A second worker does parts of a list, a short while at a time: what was asked for meanwhile gets its turn."""
    from registry.rosters import work

    if work.help_with(roster_id, seconds=HELP_SECONDS):
        roster_help.apply_async([roster_id], expires=MESSAGE_SECONDS)


def _call_help(roster_id: int) -> None:
    """Help that does not come is only missed: whoever holds the list does all of it."""
    roster_help.delay_on_commit(roster_id)


@shared_task
def rosters_left() -> None:
    """Lists that somebody left in the middle."""
    from registry.rosters import work

    work.sweep(seconds=SLICE_SECONDS, call_help=_call_help)


@shared_task
def make_export(export_id: int) -> None:
    from registry.rosters.out import store

    store.make_and_store(export_id)


@shared_task
def exports_due() -> None:
    """Lists that were asked for and lost on the way."""
    from registry.rosters.out import store

    for export_id in store.due(PRINTS_AT_ONCE):
        make_export.apply_async([export_id], expires=MESSAGE_SECONDS)


@shared_task
def forget_files() -> None:
    """Files and rows of lists whose days are over, in and out."""
    from registry.rosters import forgetting

    forgetting.forget()
