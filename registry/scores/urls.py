"""Addresses of the desk "Điểm sạch", under /lam-sach/diem/."""

from django.urls import path

from registry.scores import views

urlpatterns = [
    path("", views.scores, name="scores"),
    path("nguoi/<slug:figure>/", views.scores_people, name="scores_people"),
    path("viec/<slug:figure>/", views.scores_cases, name="scores_cases"),
    path("ho/", views.scores_households, name="scores_households"),
    path("ho/<uuid:public_id>/", views.scores_household, name="scores_household"),
    path("cu-dan/<uuid:public_id>/", views.scores_resident, name="scores_resident"),
]
