"""Addresses of reports and decisions."""

from django.urls import path

from moderation import views

app_name = "moderation"
urlpatterns = [
    path("report/", views.report_about, name="report_about"),
    path("report/<str:kind>/<int:pk>/", views.report_add, name="report_add"),
    path("me/reports/", views.report_list, name="report_list"),
    path("reports/decision/<int:pk>/", views.decision_detail, name="decision_detail"),
    path("reports/<str:public_id>/", views.report_detail, name="report_detail"),
]
