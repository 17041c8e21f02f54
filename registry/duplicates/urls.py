"""Addresses of the desk "Nghi trùng"."""

from django.urls import path

from registry.duplicates import bulk_views, second_views, views

urlpatterns = [
    path("", views.duplicates, name="duplicates"),
    path("lam-tiep/", views.duplicates_next, name="duplicates_next"),
    path("nhieu-vu/", bulk_views.duplicates_bulk, name="duplicates_bulk"),
    path("xem-lan-hai/", second_views.second_looks, name="second_looks"),
    path("xem-lan-hai/<uuid:public_id>/", second_views.second_look, name="second_look"),
    path("xem-lan-hai/<uuid:public_id>/ket-luan/", second_views.second_look_answer, name="second_look_answer"),
    path("vu/<uuid:public_id>/", views.duplicate_case, name="duplicate_case"),
    path("vu/<uuid:public_id>/viec/", views.duplicate_case_work, name="duplicate_case_work"),
    path("vu/<uuid:public_id>/mo-che/", views.duplicate_unmask, name="duplicate_unmask"),
    path("<uuid:public_id>/", views.duplicate_pair, name="duplicate_pair"),
    path("<uuid:public_id>/ket-luan/", views.duplicate_decide, name="duplicate_decide"),
]
