"""Addresses of symptoms, matches, the members' report and the map."""

from soulmates.urls import check_ins, locations, maps, matches, report

app_name = "soulmates"
urlpatterns = [*check_ins.urlpatterns, *matches.urlpatterns, *report.urlpatterns, *locations.urlpatterns, *maps.urlpatterns]
