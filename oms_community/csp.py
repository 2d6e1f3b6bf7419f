"""The content security policy: the one place that knows django-csp (Django 6 has its own)."""

from urllib.parse import urlsplit

from csp.constants import NONE, SELF


def tile_host(address: str) -> str:
    """Return where the pictures of a tile server come from: scheme, host and port; {s} in its name stands for any subdomain.

    address: with {z}, {x} and {y}, or "" for none. Raises ValueError for anything else than a whole address with a host.
    """
    if not address:
        return ""
    parts = urlsplit(address.replace("{s}", "*", 1))
    if parts.scheme not in ("http", "https") or not parts.hostname or any(sign in parts.netloc for sign in "{};, '\"@"):
        raise ValueError(f"{address!r} is no address of a tile server.")
    return f"{parts.scheme}://{parts.netloc}"


def content_security_policy(tiles: str = "") -> dict:
    """Return the policy: everything from this site only, no inline script or style, no nonce (it would change every page's bytes).

    tiles: address of the map's tile server, if there is one: its pictures, and nothing else of it, are let in.
    """
    host = tile_host(tiles)
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "script-src": [SELF],
            "style-src": [SELF],
            "img-src": [SELF, "data:", "blob:", *([host] if host else [])],
            "connect-src": [SELF],
            "font-src": [SELF],
            "form-action": [SELF],
            "manifest-src": [SELF],
            "base-uri": [NONE],
            "object-src": [NONE],
            "frame-ancestors": [NONE],
        }
    }
