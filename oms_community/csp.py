"""The content security policy: the one place that knows django-csp (Django 6 has its own)."""

from csp.constants import NONE, SELF


def content_security_policy() -> dict:
    """Return the policy: everything from this site only, no inline script or style, no nonce (it would change every page's bytes)."""
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "script-src": [SELF],
            "style-src": [SELF],
            "img-src": [SELF, "data:", "blob:"],
            "connect-src": [SELF],
            "font-src": [SELF],
            "form-action": [SELF],
            "manifest-src": [SELF],
            "base-uri": [NONE],
            "object-src": [NONE],
            "frame-ancestors": [NONE],
        }
    }
