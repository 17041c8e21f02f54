"""Background work of cards: one short function a job."""

from celery import shared_task

from cards.receipts import store

SWEEP_LIMIT = 100
PAPERS_AT_ONCE = 20
MESSAGE_SECONDS = 60


@shared_task
def render_receipt(receipt_pk: int) -> None:
    store.render_and_store(receipt_pk)


@shared_task
def render_due() -> None:
    """The sweep: receipts whose message was lost, or whose worker died. Sending one twice does no harm."""
    for receipt_pk in store.due(SWEEP_LIMIT):
        render_receipt.apply_async((receipt_pk,), expires=MESSAGE_SECONDS)


@shared_task
def render_print(job_pk: int) -> None:
    """A list, a notice, letters, a day's slips: bulk work, on a queue of its own."""
    from cards.papers import store as papers

    papers.render_and_store(job_pk)


@shared_task
def prints_due() -> None:
    """The sweep: ordered papers whose message was lost, or whose worker died. Sending one twice does no harm."""
    from cards.papers import store as papers

    for job_pk in papers.due(PAPERS_AT_ONCE):
        render_print.apply_async((job_pk,), expires=MESSAGE_SECONDS)
