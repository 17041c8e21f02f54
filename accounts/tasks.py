"""Background work of accounts: one short function a job."""

from celery import shared_task

from accounts.sign_in import drafts


@shared_task
def forget_old_drafts() -> None:
    drafts.forget_old()
