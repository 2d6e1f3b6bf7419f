"""Addresses: text that was typed and not sent."""

from django.urls import path

from members.views import drafts

urlpatterns = [
    path("me/drafts/", drafts.draft_list, name="draft_list"),
    path("me/drafts/save/", drafts.draft_save, name="draft_save"),
    path("me/drafts/<slug:public_id>/delete/", drafts.draft_delete, name="draft_delete"),
    path("me/drafts/<slug:public_id>/back/", drafts.draft_bring_back, name="draft_bring_back"),
]
