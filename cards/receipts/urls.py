"""Addresses of cards/receipts."""

from django.urls import path

from cards.receipts import copy_views, list_views, verify_views, views

urlpatterns = [
    path("ho-so/<uuid:public_id>/phieu/", views.receipt_corner, name="receipt_corner"),
    path("ho-so/<uuid:public_id>/phieu/lap-lai/", copy_views.receipt_reissue, name="receipt_reissue"),
    path("ho-so/<uuid:public_id>/phieu-bao-tu-choi/", list_views.refusal_print, name="refusal_print"),
    path("phieu/", list_views.receipts, name="receipts"),
    path("phieu/in/", list_views.receipts_print, name="receipts_print"),
    path("phieu/kiem-tra/", verify_views.verify_slip, name="verify"),
    path("phieu/<uuid:public_id>/", copy_views.receipt, name="receipt"),
    path("phieu/<uuid:public_id>/thu-lai/", views.receipt_retry, name="receipt_retry"),
    path("phieu/<uuid:public_id>/in-lai/", copy_views.receipt_reprint, name="receipt_reprint"),
    path("phieu/<uuid:public_id>/thu-hoi/", copy_views.receipt_withdraw, name="receipt_withdraw"),
    path("phieu/<uuid:public_id>/ban/<int:n>.pdf", copy_views.receipt_copy, name="receipt_copy"),
    path("phieu/<uuid:public_id>/<slug:paper>.pdf", views.receipt_pdf, name="receipt_pdf"),
    path("kiem-tra-phieu/", verify_views.verify_public, name="verify_public"),
    path("kiem-tra-phieu/khoa/", verify_views.verify_keys, name="verify_keys"),
    path("kiem-tra-phieu/du-lieu.json", verify_views.verify_data, name="verify_data"),
    path("kiem-tra-phieu/giu-lai.js", verify_views.verify_worker, name="verify_worker"),
]
