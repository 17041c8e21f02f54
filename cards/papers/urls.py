"""Addresses of cards/papers."""

from django.urls import path

from cards.papers import views

urlpatterns = [
    path("ban-in/<uuid:public_id>/", views.print_page, name="print"),
    path("ban-in/<uuid:public_id>/trang-thai/", views.print_corner, name="print_corner"),
    path("ban-in/<uuid:public_id>/in-lai/", views.print_retry, name="print_retry"),
    path("ban-in/<uuid:public_id>.pdf", views.print_pdf, name="print_pdf"),
]
