"""Addresses of the residents desk."""

from django.urls import path

from registry.residents import lookup, reading, scan_views, views

urlpatterns = [
    path("tim/", lookup.search, name="search"),
    path("tim/goi-y/", lookup.suggest, name="suggest"),
    path("quet-the/", scan_views.take, name="scan"),
    path("quet-the/<uuid:public_id>/", scan_views.scan_compare, name="scan_compare"),
    path("cu-dan/ghi-nhan/<uuid:token>/quet/", scan_views.scan_form, name="scan_form"),
    path("cu-dan/", views.residents, name="residents"),
    path("cu-dan/ghi-nhan/", views.resident_new, name="resident_new"),
    path("cu-dan/ghi-nhan/<uuid:token>/", views.resident_form, name="resident_form"),
    path("cu-dan/doi-chieu/", lookup.decode, name="decode"),
    path("cu-dan/doc-ten/", reading.read_name, name="read_name"),
    path("cu-dan/<uuid:public_id>/", views.resident, name="resident"),
    path("cu-dan/<uuid:public_id>/sua/", views.resident_edit, name="resident_edit"),
    path("cu-dan/<uuid:public_id>/phuc-tra/", views.resident_confirm, name="resident_confirm"),
    path("cu-dan/<uuid:public_id>/bo-quan-he/<uuid:relation_id>/", views.relation_end, name="relation_end"),
    path("cu-dan/<uuid:public_id>/viec/", views.resident_checklist, name="resident_checklist"),
    path("cu-dan/<uuid:public_id>/noi-cu-tru/", reading.homes, name="resident_homes"),
    path("cu-dan/<uuid:public_id>/nhan-than/", reading.family, name="resident_family"),
    path("cu-dan/<uuid:public_id>/lich-su/", reading.history, name="resident_history"),
    path("cu-dan/<uuid:public_id>/nhat-ky/", views.resident_trail, name="resident_trail"),
    path("cu-dan/<uuid:public_id>/hien/<slug:field>/", views.reveal, name="reveal"),
    path("ho-gia-dinh/", views.households, name="households"),
]
