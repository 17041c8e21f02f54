"""Addresses of merging, under /nghi-trung/."""

from django.urls import path

from registry.duplicates import merge_views

urlpatterns = [
    path("da-gop/", merge_views.merges, name="merges"),
    path("da-gop/<uuid:public_id>/", merge_views.merge_done, name="merge_page"),
    path("da-gop/<uuid:public_id>/quyet-dinh/", merge_views.merge_decide, name="merge_decide"),
    path("da-gop/<uuid:public_id>/hoan-tac/", merge_views.merge_undo, name="merge_undo"),
    path("<uuid:public_id>/gop/", merge_views.merge, name="merge"),
]
