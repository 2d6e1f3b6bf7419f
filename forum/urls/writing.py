"""Asking, answering, commenting, changing."""

from django.urls import path

from forum.views import asking, changing, pictures, replying

POSTS = {"question": "questions", "answer": "answers", "comment": "comments"}
DEEDS = {"edit": changing.post_edit, "delete": changing.post_delete, "restore": changing.post_restore, "history": changing.post_history}

urlpatterns = [
    path("questions/ask/", asking.question_ask, name="question_ask"),
    path("questions/ask/similar/", asking.question_similar, name="question_similar"),
    path("questions/preview/", asking.post_preview, name="post_preview"),
    path("questions/<int:pk>/answer/", replying.answer_write, name="answer_write"),
    path("questions/<int:pk>/comment/", replying.question_comment, name="question_comment"),
    path("answers/<int:pk>/comment/", replying.answer_comment, name="answer_comment"),
    # forum:question_edit, forum:answer_delete, forum:comment_history ...
    *[
        path(f"{folder}/<int:pk>/{deed}/", view, {"kind": kind}, name=f"{kind}_{deed}")
        for kind, folder in POSTS.items()
        for deed, view in DEEDS.items()
    ],
    path("questions/<int:pk>/pictures/", pictures.post_pictures, {"kind": "question"}, name="question_pictures"),
    path("answers/<int:pk>/pictures/", pictures.post_pictures, {"kind": "answer"}, name="answer_pictures"),
    path("questions/pictures/<str:public_id>.webp", pictures.picture, name="picture"),
    path("questions/pictures/<str:public_id>/remove/", pictures.picture_remove, name="picture_remove"),
]
