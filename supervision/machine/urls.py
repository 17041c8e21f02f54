"""Addresses of the desk "Tình trạng hệ thống"."""

from django.urls import path

from supervision.machine import views

urlpatterns = [
    path("", views.machine, name="machine"),
    path("tinh-trang.json", views.machine_json, name="machine_json"),
    path("chay-lai/<slug:kind>/", views.machine_requeue, name="machine_requeue_all"),
    path("chay-lai/<slug:kind>/<uuid:ref>/", views.machine_requeue, name="machine_requeue"),
    path("dong/<uuid:ref>/", views.machine_close, name="machine_close"),
]
