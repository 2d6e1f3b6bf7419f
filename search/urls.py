"""Addresses under /search/."""

from django.urls import path

from search import views

app_name = "search"
urlpatterns = [path("", views.result_list, name="result_list")]
