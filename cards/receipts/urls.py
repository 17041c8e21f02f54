"""Addresses of cards/receipts."""

from django.urls import path

from cards.receipts import views

urlpatterns = [
    path("ho-so/<uuid:public_id>/phieu/", views.receipt_corner, name="receipt_corner"),
    path("phieu/<uuid:public_id>/in-lai/", views.receipt_retry, name="receipt_retry"),
    path("phieu/<uuid:public_id>/<slug:paper>.pdf", views.receipt_pdf, name="receipt_pdf"),
]
