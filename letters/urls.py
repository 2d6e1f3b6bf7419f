"""Addresses of notices."""

from django.urls import path

from letters import views

app_name = "letters"
urlpatterns = [
    path("notices/", views.notice_list, name="notice_list"),
    path("notices/read/", views.notices_read, name="notices_read"),
    path("notices/settings/", views.notice_settings, name="notice_settings"),
    path("notices/off/<str:token>/", views.mail_off, name="mail_off"),
    path("notices/<int:pk>/", views.notice_open, name="notice_open"),
]
