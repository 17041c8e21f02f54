"""Addresses of supervision."""

from django.urls import include, path

from supervision.dashboard import list_views, views

app_name = "supervision"

urlpatterns = [
    path("", include("supervision.reports.urls")),
    path("may/", include("supervision.machine.urls")),
    path("viec-giao/", include("supervision.requests.urls")),
    path("chi-tieu/", include("supervision.targets.urls")),
    path("canh-bao/", include("supervision.alerts.urls")),
    path("ky-da-chot/", include("supervision.periods.urls")),
    path("so-lieu/", views.dashboard, name="dashboard"),
    path("so-lieu/chi-so/", list_views.figures, name="figures"),
    path("so-lieu/theo-thon-can-bo/", views.below, name="dashboard_below"),
    path("so-lieu/viec-cua-toi/", views.mine, name="dashboard_mine"),
    path("so-lieu/<slug:code>/", list_views.figure, name="figure"),
]
