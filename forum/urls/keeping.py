"""What moderators do with a question: lock, archive, merge, mend."""

from django.urls import path

from forum.views import keeping as views

urlpatterns = [
    path("questions/<int:pk>/keep/", views.question_keep, name="question_keep"),
]
