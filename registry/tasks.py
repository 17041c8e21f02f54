"""Background work of registry: one short function a job. What they find to do are marks on rows (config/celery.py
sweeps them)."""

from celery import shared_task

from registry.cleanup import scan

DUE_AT_ONCE = 200
SWEEP_SECONDS = 12
NIGHT_SECONDS = 240


@shared_task
def scan_due() -> None:
    """Check marked residents; with what time is left, go on with a nightly scan that somebody left unfinished."""
    while scan.scan_due(DUE_AT_ONCE) == DUE_AT_ONCE:
        pass
    scan.work_on_jobs(seconds=SWEEP_SECONDS)


@shared_task
def scan_resident(resident_id: int) -> None:
    scan.scan([resident_id])


@shared_task
def scan_all() -> None:
    """Every record, every night: plan a job a commune and work on them; the sweep above finishes the rest."""
    scan.plan_all()
    scan.work_on_jobs(seconds=NIGHT_SECONDS)


@shared_task
def search_due() -> None:
    from registry.duplicates import search

    while search.search_due(DUE_AT_ONCE) == DUE_AT_ONCE:
        pass


@shared_task
def search_resident(resident_id: int) -> None:
    from registry.duplicates import search

    search.search_resident(resident_id)
