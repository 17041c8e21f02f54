"""Addresses of registry, desk by desk."""

from django.urls import include, path

app_name = "registry"

urlpatterns = [
    path("", include("registry.changes.urls")),
    path("", include("registry.residents.urls")),
    path("lam-sach/", include("registry.cleanup.urls")),
    path("nghi-trung/", include("registry.duplicates.urls")),
]
