"""Addresses where members say how they appear on the map."""

from django.urls import path

from soulmates.views import locations as views

urlpatterns = [
    path("map/me/", views.location_edit, name="location_edit"),
    path("map/me/hide/", views.location_hide, name="location_hide"),
    path("map/places/suggest", views.place_suggest, name="place_suggest"),
]
