"""Addresses of cards: each desk has its own list."""

from django.urls import include, path

app_name = "cards"

urlpatterns = [
    path("", include("cards.applications.urls")),
    path("", include("cards.components.urls")),
    path("", include("cards.appointments.urls")),
    path("", include("cards.receipts.urls")),
    path("", include("cards.papers.urls")),
    path("", include("cards.batches.urls")),
    path("", include("cards.deliveries.urls")),
    path("", include("cards.eid.urls")),
    path("", include("cards.invitations.urls")),
]
