"""All addresses of the site: a public promise, keep them."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_safe

from oms_community import comfort, dev_mail, feeds, files, health, pages, sitemaps

urlpatterns = [
    path("", pages.home, name="home"),
    path("help-now/", pages.help_now, name="help_now"),
    path("how-we-review/", pages.how_we_review, name="how_we_review"),
    path("about/", pages.about, name="about"),
    path("privacy/", pages.privacy, name="privacy"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("guidelines/", pages.guidelines, name="guidelines"),
    path("terms/", pages.terms, name="terms"),
    path("contact/", pages.contact, name="contact"),
    path("settings/", comfort.settings_page, name="settings"),
    path("search/", include("search.urls")),
    path("feeds/reference.xml", require_safe(feeds.ReferenceFeed()), name="reference_feed"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("robots.txt", files.robots, name="robots"),
    path(".well-known/security.txt", files.security, name="security"),
    path("health/", health.ready, name="health"),
    path("health/alive/", health.alive, name="health_alive"),
    path("", include("members.urls")),
    path("account/", include("allauth.urls")),
    path("", include("letters.urls")),
    path("", include("moderation.urls")),
    path("", include("forum.urls")),
    path("", include("soulmates.urls")),
    path("admin/", admin.site.urls),
]
if settings.DEBUG:
    urlpatterns.append(path("patterns/", pages.patterns, name="patterns"))
    urlpatterns.append(path("dev-mail/", dev_mail.mail_list, name="dev_mail"))
# Last: a condition's address may be any word that is none of ours.
urlpatterns.append(path("", include("conditions.urls")))

handler400 = "oms_community.errors.bad_request"
handler403 = "oms_community.errors.permission_denied"
handler404 = "oms_community.errors.not_found"
handler500 = "oms_community.errors.server_error"
handler429 = "oms_community.errors.rate_limited"
