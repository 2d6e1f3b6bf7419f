"""What the session keeps of a form that has to wait until somebody has shown again who they are.

The library would keep all of the request: passwords and codes, the whole address on the network, the browser, every cookie. Ours keeps
where the form goes and the harmless fields; the rest comes from the request that goes on with it, which is the same person's.
"""

import json

from allauth.account.internal.flows import reauthentication
from django.http import HttpRequest, QueryDict

from members.drafts import SECRET_FIELDS

NEVER = (*SECRET_FIELDS, "credential")  # parts of names; whoever goes on types these again


def keep(request: HttpRequest) -> str:
    """Return what is kept of a request, as text."""
    return json.dumps(
        {
            "path": request.path,
            "path_info": request.path_info,
            "method": request.method,
            "GET": _harmless(request.GET),
            "POST": _harmless(request.POST),
        }
    )


def go_on(kept: str, request: HttpRequest) -> HttpRequest:
    """Turn the request of just now into the one that waited."""
    data = json.loads(kept)
    request.path, request.path_info, request.method = data["path"], data["path_info"], data["method"]
    request.GET, request.POST = QueryDict(data["GET"]), QueryDict(data["POST"])
    request.META |= {"PATH_INFO": data["path_info"], "REQUEST_METHOD": data["method"], "QUERY_STRING": data["GET"]}
    return request


def _harmless(fields: QueryDict) -> str:
    left = fields.copy()
    for name in fields:
        if any(part in name.lower() for part in NEVER):
            del left[name]
    return left.urlencode()


def use() -> None:
    """Put ours in the place of the library's, which offers no setting for it: every form that waits passes here."""
    reauthentication.serialize_request = keep
    reauthentication.deserialize_request = go_on
