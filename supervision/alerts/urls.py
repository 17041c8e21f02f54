"""The address of alerts, /canh-bao/."""

from django.urls import path

from supervision.alerts import views

urlpatterns = [path("", views.alerts, name="alerts")]
