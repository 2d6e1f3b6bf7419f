"""Addresses: the privacy centre: what is held, consents, export, erase."""

from django.urls import path

from members.views import privacy

urlpatterns = [
    path("me/privacy/", privacy.privacy, name="privacy"),
    path("me/privacy/consents/", privacy.consent_list, name="consent_list"),
    path("me/privacy/consents/<slug:purpose>/", privacy.consent_change, name="consent_change"),
    path("me/export/", privacy.export_list, name="export_list"),
    path("me/export/<slug:public_id>/", privacy.export_download, name="export_download"),
    path("me/erase/", privacy.erase, name="erase"),
    path("me/erase/undo/", privacy.erase_undo, name="erase_undo"),
]
