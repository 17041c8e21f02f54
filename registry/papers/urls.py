"""Addresses of cards, papers and their images."""

from django.urls import path

from registry.papers import views

urlpatterns = [
    path("giay-to/<uuid:public_id>/", views.paper, name="paper"),
    path("giay-to/<uuid:public_id>/them-anh/", views.image_add, name="paper_image_add"),
    path("anh-giay-to/<uuid:public_id>/", views.image_show, name="paper_image"),
    path("anh-giay-to/<uuid:public_id>/xoa/", views.image_remove, name="paper_image_remove"),
]
