"""Background work of accounts: one short function a job."""

from celery import shared_task
from django.core.management import call_command

from accounts import submit_once
from accounts.sign_in import drafts


@shared_task
def forget_old_drafts() -> None:
    drafts.forget_old()
    submit_once.forget_old()


@shared_task
def clear_sessions() -> None:
    call_command("clearsessions")
