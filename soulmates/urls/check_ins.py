"""Addresses of recorded symptoms."""

from django.urls import path

from soulmates.views import check_ins as views

urlpatterns = [
    path("soulmates/symptoms/", views.symptom_home, name="symptom_home"),
    path("soulmates/symptoms/<slug:patient>/new/", views.check_in_begin, name="check_in_begin"),
    path("soulmates/symptoms/<slug:patient>/history/", views.symptom_history, name="symptom_history"),
    path("soulmates/symptoms/<slug:patient>/summary/", views.symptom_summary, name="symptom_summary"),
    path("soulmates/symptoms/<slug:patient>/kept-out/", views.kept_out, name="kept_out"),
    path("soulmates/check-ins/<slug:check_in>/", views.check_in_detail, name="check_in_detail"),
    path("soulmates/check-ins/<slug:check_in>/add/", views.check_in_add, name="check_in_add"),
    path("soulmates/check-ins/<slug:check_in>/review/", views.check_in_review, name="check_in_review"),
    path("soulmates/check-ins/<slug:check_in>/delete/", views.check_in_delete, name="check_in_delete"),
    path("soulmates/check-ins/<slug:check_in>/undo/", views.check_in_undo, name="check_in_undo"),
    path("soulmates/check-ins/<slug:check_in>/<slug:step>/", views.check_in_step, name="check_in_step"),
]
