"""Asking, answering, commenting, changing."""

from django.urls import path

from forum.views import writing as views

urlpatterns = [
    path("questions/ask/", views.question_ask, name="question_ask"),
    path("questions/ask/similar/", views.question_similar, name="question_similar"),
    path("questions/preview/", views.post_preview, name="post_preview"),
    path("questions/<int:pk>/edit/", views.question_edit, name="question_edit"),
    path("answers/<int:pk>/edit/", views.answer_edit, name="answer_edit"),
    path("comments/<int:pk>/edit/", views.comment_edit, name="comment_edit"),
    path("questions/<int:pk>/answer/", views.answer_write, name="answer_write"),
    path("questions/<int:pk>/comment/", views.question_comment, name="question_comment"),
    path("answers/<int:pk>/comment/", views.answer_comment, name="answer_comment"),
    path("questions/<int:pk>/delete/", views.question_delete, name="question_delete"),
    path("answers/<int:pk>/delete/", views.answer_delete, name="answer_delete"),
    path("comments/<int:pk>/delete/", views.comment_delete, name="comment_delete"),
    path("questions/<int:pk>/restore/", views.question_restore, name="question_restore"),
    path("answers/<int:pk>/restore/", views.answer_restore, name="answer_restore"),
    path("comments/<int:pk>/restore/", views.comment_restore, name="comment_restore"),
    path("questions/<int:pk>/history/", views.question_history, name="question_history"),
    path("answers/<int:pk>/history/", views.answer_history, name="answer_history"),
    path("comments/<int:pk>/history/", views.comment_history, name="comment_history"),
    path("questions/pictures/<str:public_id>.webp", views.picture, name="picture"),
    path("questions/pictures/<str:public_id>/remove/", views.picture_remove, name="picture_remove"),
]
