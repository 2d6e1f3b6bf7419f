"""Where joining meets the sign-in library: its form asks nothing more, and the answers become true at the first sign-in.

Not when the account is made: until the address is confirmed nobody knows whose account it is, and a name that is taken from one moment to
the next would tell a stranger that the address had no account before.
"""

from allauth.account.signals import user_logged_in
from django import forms
from django.dispatch import receiver

from members.actions.joining import join_from_session


class JoiningForm(forms.Form):
    """Nothing more to fill in: the answers of the pages before are in the session."""

    def signup(self, request, user):
        """Leave the answers where they are: `write_answers` takes them once the address is confirmed."""


@receiver(user_logged_in)
def write_answers(request, user, **_named):
    """Let whoever answered everything and now signs in for the first time have joined."""
    join_from_session(member=user.member, session=request.session)
