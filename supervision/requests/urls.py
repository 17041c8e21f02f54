"""Addresses of requests, under /viec-giao/."""

from django.urls import path

from supervision.requests import views

urlpatterns = [
    path("", views.requests_list, name="requests"),
    path("moi/", views.request_new, name="request_new"),
    path("<uuid:public_id>/", views.request_page, name="request"),
    path("<uuid:public_id>/tra-loi/", views.request_answer, name="request_answer"),
    path("<uuid:public_id>/ghi-them/", views.request_say, name="request_say"),
    path("<uuid:public_id>/ket-thuc/", views.request_end, name="request_end"),
]
