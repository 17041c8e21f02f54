"""Background work of supervision: one short function a job. What they find to do are marks on rows (config/celery.py
sweeps them)."""

from celery import shared_task

SWEEP_SECONDS = 45
NIGHT_SECONDS = 240
REPORTS_AT_ONCE = 40
MESSAGE_SECONDS = 60


@shared_task
def figures_due() -> None:
    """Figures of today that are older than ten minutes, and days that were planned; the rest is the next sweep's."""
    from supervision import snapshots

    snapshots.work_on_due(SWEEP_SECONDS)


@shared_task
def figures_night() -> None:
    """Yesterday for the last time, and nights that were missed; the sweep above finishes what is left."""
    from supervision import snapshots

    snapshots.plan_night()
    snapshots.work_on_due(NIGHT_SECONDS)


@shared_task
def reports_due() -> None:
    """The sweep of reports that wait for their files, then the reports of periods that were closed."""
    from supervision.reports import asking, making

    for report_pk in making.due(REPORTS_AT_ONCE):
        make_report.apply_async((report_pk,), expires=MESSAGE_SECONDS)
    asking.ask_scheduled(REPORTS_AT_ONCE)


@shared_task
def make_report(report_pk: int) -> None:
    """The PDF and the Excel file of one report: bulk work, on a queue of its own."""
    from supervision.reports import making

    making.make_and_store(report_pk)


@shared_task
def close_periods() -> None:
    """Periods whose working days are over; and lately closed ones counted again, as far as the time goes."""
    from supervision import closing, corrections

    closing.close_due()
    corrections.check_due(NIGHT_SECONDS)


@shared_task
def alerts_night() -> None:
    """Communes that fall behind, from the figures of the day that ended."""
    from supervision import alerts

    alerts.find_all()
