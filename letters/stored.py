"""A message between queue and mail server (pure): stored bytes become a message that every delivery backend of Django can send."""

from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMessage
from email.message import Message
from email.utils import parseaddr

from django.core.mail import EmailMessage


class _Envelope(Message):
    """A parsed message that can be asked for its bytes as Django's backends do it."""

    def as_bytes(self, unixfrom=False, policy=None, linesep="\n"):
        """Return the message with the line ends that the server wants."""
        return super().as_bytes(unixfrom, policy=(policy or self.policy).clone(linesep=linesep))


class StoredMessage(EmailMessage):
    """A message for one address whose content was fixed when it was queued. Subject and text are there to be read, not to be changed."""

    def __init__(self, content: bytes, *, to: str, readdress: bool = False):
        """Read the bytes. readdress: the header is to name `to` as well, because the person has another address by now."""
        self.parsed = message_from_bytes(content, _class=_Envelope)
        if readdress:
            del self.parsed["To"]
            self.parsed["To"] = to
        read = reading(content)
        super().__init__(subject=str(read["subject"] or ""), body=text_of(read), from_email=self.parsed["From"], to=[to])

    def message(self):
        """Return what was queued, headers and all."""
        return self.parsed


def reading(content: bytes) -> ParsedMessage:
    """Return a message for people to read: headers and text decoded."""
    return message_from_bytes(content, policy=policy.default)


def text_of(message: ParsedMessage) -> str:
    """Return the plain text of a message; an empty string where it has none."""
    part = message.get_body(preferencelist=("plain",))
    return part.get_content() if part else ""


def plain_address(recipient: str) -> str:
    """Return the address alone of `Somebody <address>`."""
    return parseaddr(recipient)[1] or recipient
