"""Addresses of cards/invitations."""

from django.urls import path

from cards.invitations import views

urlpatterns = [
    path("phai-lam-the/", views.people, name="must_come"),
    path("phai-lam-the/lien-he/", views.people_contact, name="must_come_contact"),
    path("phai-lam-the/moi/", views.people_invite, name="must_come_invite"),
    path("phai-lam-the/truong/", views.school_page, name="school"),
    path("phai-lam-the/truong/danh-sach.xlsx", views.school_excel, name="school_list"),
    path("phai-lam-the/truong/in/", views.school_print, name="school_print"),
    path("giay-moi/", views.letters, name="invitations"),
    path("giay-moi/<uuid:public_id>/", views.letter, name="invitation"),
    path("giay-moi/<uuid:public_id>/bo/", views.letter_cancel, name="invitation_cancel"),
]
