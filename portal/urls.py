"""The front doors over HTTP: a table, no logic."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("portal.home.plain_urls")),
    path("", include("brand.identity.urls")),
    path("", include("portal.accounts.social.callbacks")),
    path("", include("badges.awards.urls")),
    path("", include("community.forum.picture_urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("api/", include("portal.api.urls")),
    path("api", RedirectView.as_view(pattern_name="api_docs"), name="api_door"),
]

if settings.DEV_PAGES:
    urlpatterns += [path("dev/", include("portal.dev.urls"))]

urlpatterns += i18n_patterns(
    path("accounts/", include("portal.accounts.urls")),
    path("community/", include("community.forum.urls")),
    path("chat/", include("community.chat.urls")),
    path("moderation/", include("community.moderation.urls")),
    path("", include("badges.urls")),
    path("my/settings/", include("portal.people.settings_urls")),
    path("my/", include("portal.home.urls")),
    path("people/", include("portal.people.urls")),
    path("notifications/", include("portal.notifications.urls")),
    path("search/", include("portal.finding.urls")),
    path("stories/", include("brand.stories.urls")),
    path("help/", include("brand.help.urls")),
    path("api/", include("portal.api.page_urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=True,
)

handler400 = "portal.home.errors.bad_request"
handler403 = "portal.home.errors.forbidden"
handler404 = "portal.home.errors.not_found"
handler500 = "portal.home.errors.server_error"
