"""Lists of questions."""

from django.urls import path
from django.views.decorators.http import require_safe

from forum import feeds
from forum.views import lists as views

urlpatterns = [
    path("questions/", views.question_list, name="question_list"),
    path("questions/unanswered/", views.question_unanswered, name="question_unanswered"),
    path("questions/active/", views.question_active, name="question_active"),
    path("questions/helpful/", views.question_helpful, name="question_helpful"),
    path("questions/for-me/", views.question_for_me, name="question_for_me"),
    path("questions/mine/", views.question_mine, name="question_mine"),
    path("questions/tags/", views.tag_list, name="tag_list"),
    path("questions/<kind:kind>/<slug:condition>/<slug:slug>/", views.tag_detail, name="tag_detail"),
    path("questions/<kind:kind>/<slug:condition>/<slug:slug>/watch/", views.tag_watch, name="tag_watch"),
    path("members/<str:public_id>/answers/", views.by_member, name="by_member"),
    path("feeds/questions.xml", require_safe(feeds.NewestQuestions()), name="feed_newest"),
    path("feeds/questions/<kind:kind>/<slug:condition>/<slug:slug>.xml", require_safe(feeds.TaggedQuestions()), name="feed_tag"),
    path("feeds/question/<int:pk>.xml", require_safe(feeds.AnswersToAQuestion()), name="feed_question"),
]
