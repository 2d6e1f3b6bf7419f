"""Structured data for search engines (JSON-LD, schema.org): only what the page itself shows."""

from typing import Any

from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext

from conditions.models.condition import ConditionCode
from conditions.models.revision import Revision


def absolute(address: str) -> str:
    """Return an address of this site with its host."""
    return f"{settings.SITE_URL}{address}"


def page(revision: Revision, crumbs: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return a MedicalWebPage and its BreadcrumbList. `lastReviewed` and `reviewedBy` stand there only after a real review."""
    about = revision.target.condition
    web_page: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MedicalWebPage",
        "url": absolute(revision.get_absolute_url()),
        "name": revision.title,
        "description": Truncator(revision.answer).chars(300),
        "inLanguage": revision.language,
        "dateModified": revision.compiled_on.isoformat(),
        "audience": {"@type": "MedicalAudience", "audienceType": "Patient"},
        "about": {"@type": "MedicalCondition", "name": about.name, "alternateName": about.short_name},
        "publisher": {"@type": "Organization", "name": settings.OPERATOR_NAME or settings.SITE_NAME, "url": settings.SITE_URL},
    }
    if revision.reviewed_on and revision.reviewer_name:
        web_page["lastReviewed"] = revision.reviewed_on.isoformat()
        web_page["reviewedBy"] = {"@type": "Person", "name": revision.reviewer_name, "jobTitle": revision.reviewer_role}
    return [web_page, breadcrumb_list([*crumbs, (revision.title, revision.get_absolute_url())])]


def breadcrumb_list(crumbs: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the way from the home page to this one."""
    items = [(gettext("Home"), "/"), *crumbs]
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": str(words), "item": absolute(address)}
            for position, (words, address) in enumerate(items, start=1)
        ],
    }


def condition_overview(revision: Revision, codes: list[ConditionCode]) -> list[dict[str, Any]]:
    """Return a MedicalCondition beside the page's own data; doubtful codes are left out."""
    about = revision.target.condition
    condition = {
        "@context": "https://schema.org",
        "@type": "MedicalCondition",
        "url": absolute(about.get_absolute_url()),
        "name": about.name,
        "alternateName": about.short_name,
        "description": Truncator(revision.answer).chars(300),
        "code": [
            {"@type": "MedicalCode", "codeValue": code.code, "codingSystem": code.system}
            for code in codes
            if not code.doubtful and code.code != "none"
        ],
    }
    return [condition, *page(revision, [])]
