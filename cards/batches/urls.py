"""Addresses of cards/batches."""

from django.urls import path, re_path

from cards.batches import result_views, views

urlpatterns = [
    path("chuyen-cap-tren/", views.batches, name="batches"),
    path("chuyen-cap-tren/gom/", views.batch_gather, name="batch_gather"),
    path("chuyen-cap-tren/<uuid:public_id>/", views.batch, name="batch"),
    path("chuyen-cap-tren/<uuid:public_id>/de-lai/", views.batch_leave, name="batch_leave"),
    path("chuyen-cap-tren/<uuid:public_id>/xem-truoc/", views.batch_preview, name="batch_preview"),
    path("chuyen-cap-tren/<uuid:public_id>/chuyen/", views.batch_send, name="batch_send"),
    path("chuyen-cap-tren/<uuid:public_id>/huy/", views.batch_cancel, name="batch_cancel"),
    path("chuyen-cap-tren/<uuid:public_id>/in/", views.batch_print, name="batch_print"),
    path("chuyen-cap-tren/<uuid:public_id>/danh-sach.xlsx", views.batch_excel, name="batch_excel"),
    path("chuyen-cap-tren/<uuid:public_id>/danh-sach.json", views.batch_json, name="batch_json"),
    path("chuyen-cap-tren/<uuid:public_id>/mau-ket-qua.xlsx", views.batch_form, name="batch_form"),
    path("ket-qua-cap-tren/", result_views.result_files, name="result_files"),
    path("ket-qua-cap-tren/ghi/", result_views.results_apply, name="results_apply"),
    path("ket-qua-cap-tren/dinh-dang/", result_views.result_format, name="result_format"),
    re_path(r"^ket-qua-cap-tren/mau\.(?P<kind>xlsx|json)$", result_views.result_form, name="result_form"),
    path("ket-qua-cap-tren/<uuid:public_id>/", result_views.result_file, name="result_file"),
]
