"""Addresses of the desk "Sửa hàng loạt", under /lam-sach/sua-hang-loat/."""

from django.urls import path

from registry.repairs import views

urlpatterns = [
    path("", views.repairs, name="repairs"),
    path("dot/<uuid:public_id>/", views.repair, name="repair"),
    path("dot/<uuid:public_id>/tien-do/", views.repair_progress, name="repair_progress"),
    path("dot/<uuid:public_id>/chay/", views.repair_start, name="repair_start"),
    path("dot/<uuid:public_id>/bo/", views.repair_drop, name="repair_drop"),
    path("dot/<uuid:public_id>/hoan-tac/", views.repair_undo, name="repair_undo"),
    path("<slug:kind>/", views.repair_choose, name="repair_choose"),
]
