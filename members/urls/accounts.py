"""Addresses: what an account's owner sees of its security, beside the sign-in library's own pages."""

from django.urls import path

from members.views import accounts

urlpatterns = [
    path("account/security/", accounts.account_security, name="account_security"),
    path("account/sessions/<int:pk>/end/", accounts.session_end, name="session_end"),
    path("account/undo/<slug:token>/", accounts.change_undo, name="change_undo"),
]
