"""Addresses of the map."""

from django.urls import path

from soulmates.views import maps as views

urlpatterns = [
    path("map/", views.world, name="map"),
    path("map/cells.json", views.cells, name="map_cells"),
    path("map/units/<slug:digest>.json", views.units, name="map_units"),
    path("map/place/<int:place>/", views.place_detail, name="place_detail"),
    path("map/nearby/", views.nearby, name="nearby"),
]
