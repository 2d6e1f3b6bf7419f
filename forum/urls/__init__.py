"""The addresses of the forum, by room. A question's own come last: its words could be taken for any other address below it."""

from forum import converters  # noqa: F401  (the rooms' addresses use it)
from forum.urls import keeping, lists, posts, writing

app_name = "forum"
urlpatterns = [*writing.urlpatterns, *lists.urlpatterns, *keeping.urlpatterns, *posts.urlpatterns]
