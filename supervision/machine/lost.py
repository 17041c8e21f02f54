"""A task whose process was killed under it: by the system for want of memory, or by hand.

Celery gives its message out again and tells nobody; one that kills whoever takes it would do so for ever, unseen.
"""

from typing import Any

from celery.worker.request import Request
from celery.worker.request import WorkerLostError as Lost

from supervision.machine import failures


class ToldRequest(Request):
    """Celery's own, which also writes down that the process was lost (config/celery.py names it)."""

    def on_failure(self, exc_info: Any, send_failed_event: bool = True, return_ok: bool = False) -> Any:
        error = getattr(exc_info.exception, "exc", exc_info.exception)
        if isinstance(error, Lost | SystemExit) and not self._already_cancelled:
            failures.note(task=self.name, task_id=self.id, queue=str(self.delivery_info.get("routing_key") or ""),
                          args=self.args, kwargs=self.kwargs, error=Lost())  # fmt: skip
        return super().on_failure(exc_info, send_failed_event=send_failed_event, return_ok=return_ok)
