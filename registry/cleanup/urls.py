"""Addresses of clean-up, under /lam-sach/."""

from django.urls import path, re_path

from registry.cleanup import case_views, catalogue_views, views
from registry.cleanup.queues import PATTERN

urlpatterns = [
    path("", views.overview, name="cleanup"),
    path("quy-tac/", catalogue_views.rules, name="cleanup_rules"),
    re_path(r"^quy-tac/(?P<code>[desl]\d\d)/$", catalogue_views.one_rule, name="cleanup_rule"),
    path("viec/<uuid:public_id>/", case_views.case, name="cleanup_case"),
    path("viec/<uuid:public_id>/ket-luan/", case_views.decide, name="finding_decide"),
    path("viec/<uuid:public_id>/sua/", case_views.fix, name="finding_fix"),
    re_path(rf"^(?P<slug>{PATTERN})/$", views.queue_list, name="cleanup_queue"),
    re_path(rf"^(?P<slug>{PATTERN})/lam-tiep/$", case_views.next_case, name="cleanup_next"),
]
