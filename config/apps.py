"""The administrator's site as an app: Django's admin with our sign-in and our look."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "config.admin.PortalAdminSite"

    def ready(self) -> None:
        """Tasks find their Celery app once Django stands. Not in config/__init__.py: whoever only imports the package
        (demo.py, embedded.py) must still be free to name the settings."""
        from config import celery  # noqa: F401

        super().ready()
