"""Addresses of supervision/reports."""

from django.urls import path

from supervision.reports import views

urlpatterns = [
    path("bao-cao/", views.reports, name="reports"),
    path("bao-cao/lap/", views.report_new, name="report_new"),
    path("bao-cao/<uuid:public_id>/", views.report, name="report"),
    path("bao-cao/<uuid:public_id>/tep/", views.report_progress, name="report_progress"),
    path("bao-cao/<uuid:public_id>/lap-lai-tep/", views.report_retry, name="report_retry"),
    path("bao-cao/<uuid:public_id>.pdf", views.report_pdf, name="report_pdf"),
    path("bao-cao/<uuid:public_id>.xlsx", views.report_xlsx, name="report_xlsx"),
]
