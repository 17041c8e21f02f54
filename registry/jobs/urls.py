"""Addresses of the desk "Việc nền"."""

from django.urls import path

from registry.jobs import views

urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("tien-do/", views.jobs_progress, name="jobs_progress"),
    path("chay/<slug:kind>/", views.job_start, name="job_start"),
    path("<uuid:public_id>/chay-tiep/", views.job_go_on, name="job_go_on"),
]
