"""The site's addresses, and some that only tests have: pages for faults that no address brings about by itself, and the pages of development."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import QueryDict
from django.urls import path

from oms_community import dev_mail, errors, pages, urls
from oms_community.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

TYPED = ("We sat up all night, and I should like to tell you how it went.", "A second text\nof two lines")


def fault(request, name):
    """Bring about a fault, as code of ours would."""
    if name == "400":
        raise SuspiciousOperation
    if name == "403":
        raise PermissionDenied
    if name == "500":
        raise ArithmeticError
    request.POST = QueryDict(urlencode({"story": TYPED[0], "note": TYPED[1], "password": "not to be shown again"}))
    if name == "503":
        raise OperationalError
    if name == "csrf":
        return errors.csrf_failure(request)
    if name == "429":
        return errors.too_many_requests(request, retry_after=90)
    return errors.unprocessable(request)


urlpatterns = [
    path("_/<str:name>/", fault),
    path("patterns/", pages.patterns, name="patterns"),
    path("dev-mail/", dev_mail.mail_list, name="dev_mail"),
    *urls.urlpatterns,
]
