"""Addresses of cards/components."""

from django.urls import path

from cards.components import views

urlpatterns = [
    path("ho-so/<uuid:public_id>/thanh-phan/", views.parts, name="parts"),
    path("ho-so/<uuid:public_id>/thanh-phan/<slug:code>/", views.part_tick, name="part_tick"),
    path("ho-so/<uuid:public_id>/thanh-phan/<slug:code>/ban-quet/", views.scan_add, name="scan_add"),
    path("ho-so/<uuid:public_id>/nguoi-dai-dien/", views.representative, name="representative"),
    path("ban-quet/<uuid:public_id>/", views.scan_show, name="scan"),
    path("ban-quet/<uuid:public_id>/xoa/", views.scan_remove, name="scan_remove"),
]
