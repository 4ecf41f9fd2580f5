"""Addresses without a language before them: the way in, what machines ask for, uploaded pictures in development."""

from allauth.account.views import logout
from django.conf import settings
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.generic import RedirectView

from portal.home import health, metrics, plain, plain_sitemap

urlpatterns: list[URLPattern | URLResolver] = [
    path("", plain.front_door, name="front_door"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("robots.txt", plain.robots, name="robots"),
    path(".well-known/jwks.json", plain.jwks, name="jwks"),
    path(".well-known/security.txt", plain.security_txt, name="security_txt"),
    path("sitemap.xml", plain_sitemap.index, name="sitemap"),
    path("sitemap-pages.xml", plain_sitemap.pages, name="sitemap_pages"),
    path("sitemap-spaces.xml", plain_sitemap.spaces, name="sitemap_spaces"),
    path("sitemap-topics-<int:number>.xml", plain_sitemap.topics, name="sitemap_topics"),
    path("favicon.ico", plain.favicon, name="favicon"),
    # Wagtail's own sign-in form knows no limits and no second factor: everybody comes in by the one door.
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True), name="admin_door"),
    # Wagtail's own way out forgets the cookie on a mere visit and leaves the session standing.
    path("admin/logout/", logout, name="admin_way_out"),
]

if settings.DEBUG or settings.DEV_PAGES:
    urlpatterns.append(re_path(r"^media/(?P<path>.+)$", plain.media, name="media"))
