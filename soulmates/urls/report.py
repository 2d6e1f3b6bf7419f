"""The address of the members' report."""

from django.urls import path

from soulmates.views import report as views

urlpatterns = [path("<slug:condition>/members-report/", views.members_report, name="members_report")]
