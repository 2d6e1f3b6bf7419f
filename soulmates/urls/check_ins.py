"""Addresses of recorded symptoms."""

from django.urls import path

from soulmates.views import check_ins, history, recording, summary

urlpatterns = [
    path("soulmates/symptoms/", history.symptom_home, name="symptom_home"),
    path("soulmates/symptoms/<slug:patient>/new/", check_ins.check_in_begin, name="check_in_begin"),
    path("soulmates/symptoms/<slug:patient>/history/", history.symptom_history, name="symptom_history"),
    path("soulmates/symptoms/<slug:patient>/summary/", summary.symptom_summary, name="symptom_summary"),
    path("soulmates/symptoms/<slug:patient>/kept-out/", summary.kept_out, name="kept_out"),
    path("soulmates/check-ins/<slug:check_in>/", check_ins.check_in_detail, name="check_in_detail"),
    path("soulmates/check-ins/<slug:check_in>/add/", recording.check_in_add, name="check_in_add"),
    path("soulmates/check-ins/<slug:check_in>/review/", recording.check_in_review, name="check_in_review"),
    path("soulmates/check-ins/<slug:check_in>/delete/", check_ins.check_in_delete, name="check_in_delete"),
    path("soulmates/check-ins/<slug:check_in>/undo/", check_ins.check_in_undo, name="check_in_undo"),
    path("soulmates/check-ins/<slug:check_in>/<slug:step>/", recording.check_in_step, name="check_in_step"),
]
