"""Addresses of the thresholds that rules read, under /lam-sach/nguong/."""

from django.urls import path

from registry.scores import limit_views as views

urlpatterns = [
    path("", views.limits_list, name="limits"),
    path("<slug:slug>/", views.limit, name="limit"),
    path("<slug:slug>/dat/", views.limit_draw, name="limit_draw"),
]
