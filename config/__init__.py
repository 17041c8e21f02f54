"""config: the wiring. It knows every app and no police work."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
