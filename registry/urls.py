"""Addresses of registry, desk by desk."""

from django.urls import include, path

app_name = "registry"

urlpatterns = [
    path("", include("registry.changes.urls")),
    path("", include("registry.households.urls")),
    path("", include("registry.residents.urls")),
    path("", include("registry.papers.urls")),
    path("dia-chi/", include("registry.addresses.urls")),
    path("thon-to/", include("registry.hamlets.urls")),
    path("lam-sach/sua-hang-loat/", include("registry.repairs.urls")),
    path("lam-sach/diem/", include("registry.scores.urls")),
    path("lam-sach/nguong/", include("registry.scores.limit_urls")),
    path("lam-sach/", include("registry.cleanup.urls")),
    path("di-co-so/", include("registry.fieldwork.urls")),
    path("nghi-trung/", include("registry.duplicates.merge_urls")),
    path("nghi-trung/", include("registry.duplicates.urls")),
    path("nguong-trung/", include("registry.thresholds.urls")),
    path("danh-sach/nhap/", include("registry.rosters.urls")),
    path("danh-sach/xuat/", include("registry.rosters.out.urls")),
    path("viec-nen/", include("registry.jobs.urls")),
]
