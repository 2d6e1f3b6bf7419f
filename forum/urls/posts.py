"""A question's page, votes, what helped, watching."""

from django.urls import path

from forum.views import posts as views

urlpatterns = [
    path("answers/<int:pk>/", views.answer_detail, name="answer_detail"),
    path("comments/<int:pk>/", views.comment_detail, name="comment_detail"),
    path("questions/<int:pk>/vote/", views.question_vote, name="question_vote"),
    path("questions/<int:pk>/same/", views.question_same, name="question_same"),
    path("answers/<int:pk>/vote/", views.answer_vote, name="answer_vote"),
    path("answers/<int:pk>/accept/", views.answer_accept, name="answer_accept"),
    path("questions/<int:pk>/watch/", views.question_watch, name="question_watch"),
    path("questions/<int:pk>/", views.question_short, name="question_short"),
    path("questions/<int:pk>/<str:slug>/", views.question_detail, name="question_detail"),
]
