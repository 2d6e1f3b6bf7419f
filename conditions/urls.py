"""Addresses of a condition: a public promise, keep them."""

from django.urls import path

from conditions import views

app_name = "conditions"
urlpatterns = [
    path("<slug:condition>/", views.condition_detail, name="condition_detail"),
    path("<slug:condition>/sources/", views.source_list, name="source_list"),
    path("<slug:condition>/glossary/", views.glossary_list, name="glossary_list"),
    path("<slug:condition>/symptoms/<slug:slug>/", views.symptom_detail, name="symptom_detail"),
    path("<slug:condition>/treatments/<slug:slug>/", views.treatment_detail, name="treatment_detail"),
    path("<slug:condition>/<slug:slug>/", views.topic_detail, name="topic_detail"),
]
