"""Addresses of cards/deliveries."""

from django.urls import path

from cards.deliveries import arriving_views, list_views, views

urlpatterns = [
    path("the/", views.stock, name="stock"),
    path("the/nhieu/", views.stock_many, name="stock_many"),
    path("the/ve/", arriving_views.arrivals, name="arrivals"),
    path("the/ve/bo/", arriving_views.arrival_undo, name="arrival_undo"),
    path("the/danh-sach/", list_views.hand_over_lists, name="hand_over_lists"),
    path("the/danh-sach/<uuid:public_id>/", list_views.hand_over_list, name="hand_over_list"),
    path("the/<uuid:public_id>/", views.stock_card, name="stock_card"),
    path("the/<uuid:public_id>/<slug:act>/", views.stock_act, name="stock_act"),
]
