"""Addresses of cards/appointments."""

from django.urls import path

from cards.appointments import views

urlpatterns = [
    path("lich-hen/", views.appointments, name="appointments"),
    path("lich-hen/in/", views.appointments_print, name="appointments_print"),
    path("lich-hen/khung-gio/", views.hours, name="hours"),
    path("lich-hen/khung-gio/<uuid:public_id>/ket-thuc/", views.hours_end, name="hours_end"),
    path("lich-hen/cong-dan/<uuid:public_id>/", views.appointment_of_person, name="appointment_of_person"),
    path("lich-hen/<uuid:public_id>/doi/", views.appointment_move, name="appointment_move"),
    path("lich-hen/<uuid:public_id>/den/", views.appointment_came, name="appointment_came"),
    path("lich-hen/<uuid:public_id>/khong-den/", views.appointment_missed, name="appointment_missed"),
    path("lich-hen/<uuid:public_id>/huy/", views.appointment_cancel, name="appointment_cancel"),
    path("ho-so/<uuid:public_id>/lich-hen/", views.appointment_new, name="appointment_new"),
    path("ho-so/<uuid:public_id>/den-truc-tiep/", views.walk_in, name="walk_in"),
]
