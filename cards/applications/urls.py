"""Addresses of cards/applications."""

from django.urls import path

from cards.applications import file_views, queue_views, views

urlpatterns = [
    path("ho-so/", views.applications, name="applications"),
    path("ho-so/hang-doi/", queue_views.queue_list, name="queues"),
    path("ho-so/hang-doi/lam-tiep/", queue_views.queue_next, name="queue_next"),
    path("ho-so/hang-doi/giao/", queue_views.queue_assign, name="queue_assign"),
    path("ho-so/hang-doi/<slug:slug>/", queue_views.queue_list, name="queue"),
    path("ho-so/thu-nhan/<uuid:public_id>/", views.application_new, name="application_new"),
    path("ho-so/thu-nhan/<uuid:public_id>/<uuid:token>/", views.application_form, name="application_form"),
    path("ho-so/<uuid:public_id>/", file_views.application, name="application"),
    path("ho-so/<uuid:public_id>/thu-nhan-tiep/", views.application_fill, name="application_fill"),
    path("ho-so/<uuid:public_id>/buoc/<slug:move>/", file_views.application_move, name="application_move"),
]
