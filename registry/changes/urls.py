"""Addresses of changes: on a person, on a household, and the list of them."""

from django.urls import path

from registry.changes import views

urlpatterns = [
    path("cu-dan/chon/", views.pick_person, name="pick_person"),
    path("cu-dan/<uuid:public_id>/lam/<slug:kind>/", views.resident_change_new, name="resident_change_new"),
    path("cu-dan/<uuid:public_id>/lam/<slug:kind>/<uuid:token>/", views.resident_change, name="resident_change"),
    path("ho-gia-dinh/<uuid:public_id>/lam/<slug:kind>/", views.household_change_new, name="household_change_new"),
    path("ho-gia-dinh/<uuid:public_id>/lam/<slug:kind>/<uuid:token>/", views.household_change, name="household_change"),
    path("viec/", views.changes, name="changes"),
    path("viec/<uuid:public_id>/", views.change, name="change"),
    path("viec/<uuid:public_id>/quyet-dinh/", views.change_decide, name="change_decide"),
]
