"""Background work of cards: one short function a job."""

from celery import shared_task

from cards.receipts import store

SWEEP_LIMIT = 100
MESSAGE_SECONDS = 60


@shared_task
def render_receipt(receipt_pk: int) -> None:
    store.render_and_store(receipt_pk)


@shared_task
def render_due() -> None:
    """The sweep: receipts whose message was lost, or whose worker died. Sending one twice does no harm."""
    for receipt_pk in store.due(SWEEP_LIMIT):
        render_receipt.apply_async((receipt_pk,), expires=MESSAGE_SECONDS)
