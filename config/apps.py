"""The administrator's site as an app: Django's admin with our sign-in and our look."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "config.admin.PortalAdminSite"
