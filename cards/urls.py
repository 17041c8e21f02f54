"""Addresses of cards."""

from django.urls import path

from cards.applications import views
from cards.receipts import views as receipts

app_name = "cards"

urlpatterns = [
    path("ho-so/", views.applications, name="applications"),
    path("ho-so/thu-nhan/<uuid:public_id>/", views.application_new, name="application_new"),
    path("ho-so/thu-nhan/<uuid:public_id>/<uuid:token>/", views.application_form, name="application_form"),
    path("ho-so/<uuid:public_id>/", views.application, name="application"),
    path("ho-so/<uuid:public_id>/buoc/<slug:move>/", views.application_move, name="application_move"),
    path("ho-so/<uuid:public_id>/phieu/", receipts.receipt_corner, name="receipt_corner"),
    path("phieu/<uuid:public_id>/in-lai/", receipts.receipt_retry, name="receipt_retry"),
    path("phieu/<uuid:public_id>/<slug:paper>.pdf", receipts.receipt_pdf, name="receipt_pdf"),
]
