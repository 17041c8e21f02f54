"""Addresses of cards/eid."""

from django.urls import path

from cards.eid import views

urlpatterns = [
    path("dinh-danh/", views.accounts, name="eid"),
    path("dinh-danh/lien-he/", views.contacts, name="eid_contacts"),
    path("dinh-danh/kich-hoat/", views.activate, name="eid_activate"),
    path("dinh-danh/so-lieu/", views.report, name="eid_figures"),
    path("dinh-danh/thu-nhan/<uuid:public_id>/", views.collect, name="eid_collect"),
    path("dinh-danh/<uuid:public_id>/", views.account, name="eid_account"),
    path("dinh-danh/<uuid:public_id>/lien-he/", views.account_contact, name="eid_contact"),
    path("dinh-danh/<uuid:public_id>/buoc/<slug:move>/", views.account_move, name="eid_move"),
]
