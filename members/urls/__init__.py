"""Addresses of people, and of what they own."""

from members.urls import accounts, drafts, joining, patients, privacy, profiles

app_name = "members"
urlpatterns = [
    *joining.urlpatterns,
    *accounts.urlpatterns,
    *profiles.urlpatterns,
    *privacy.urlpatterns,
    *drafts.urlpatterns,
    *patients.urlpatterns,
]
