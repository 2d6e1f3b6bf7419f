"""Addresses: joining, one thing per page."""

from django.urls import path

from members.views import joining

urlpatterns = [
    path("account/join/", joining.join_start, name="join_start"),
    path("account/join/age/", joining.join_age, name="join_age"),
    path("account/join/not-yet/", joining.join_too_young, name="join_too_young"),
    path("account/join/name/", joining.join_name, name="join_name"),
    path("account/join/health/", joining.join_health, name="join_health"),
    path("account/join/role/", joining.join_role, name="join_role"),
    path("account/join/check/", joining.join_check, name="join_check"),
    path("account/join/welcome/", joining.join_done, name="join_done"),
]
