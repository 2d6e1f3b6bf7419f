"""Addresses of matches."""

from django.urls import path

from soulmates.views import feedback
from soulmates.views import matches as views

urlpatterns = [
    path("soulmates/", views.match_list, name="match_list"),
    path("soulmates/how-it-works/", views.how_it_works, name="how_it_works"),
    path("soulmates/said/", feedback.feedback_list, name="feedback_list"),
    path("soulmates/<slug:patient>/start/", views.matching_start, name="matching_start"),
    path("soulmates/<slug:patient>/shared/", views.shared_facts, name="shared_facts"),
    path("soulmates/<slug:patient>/watch/", views.match_watch, name="match_watch"),
    path("soulmates/<slug:patient>/like/<slug:other>/", views.match_detail, name="match_detail"),
    path("soulmates/<slug:patient>/like/<slug:other>/felt/", views.match_feedback, name="match_feedback"),
]
