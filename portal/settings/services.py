"""Services through which people may come in. One exists only when both its id and its secret are set."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from portal.settings import env

# What each is asked for: a name to greet her by and an address to offer in the form, where the service has one.
ASKED: dict[str, dict[str, Any]] = {
    "google": {"SCOPE": ["profile", "email"], "OAUTH_PKCE_ENABLED": True},
    "facebook": {"SCOPE": ["public_profile", "email"], "FIELDS": ["id", "name", "email"]},
    "zalo": {},
}


def configured() -> dict[str, dict[str, Any]]:
    """The services with id and secret, as allauth reads them; raises ImproperlyConfigured for one without the other."""
    keys = {
        "google": (env.text("TRIAN_GOOGLE_ID", ""), env.text("TRIAN_GOOGLE_SECRET", "")),
        "facebook": (env.text("TRIAN_FACEBOOK_ID", ""), env.text("TRIAN_FACEBOOK_SECRET", "")),
        "zalo": (env.text("TRIAN_ZALO_ID", ""), env.text("TRIAN_ZALO_SECRET", "")),
    }
    for name, (app, secret) in keys.items():
        if bool(app) != bool(secret):
            raise ImproperlyConfigured(f"TRIAN_{name.upper()}_ID and TRIAN_{name.upper()}_SECRET come together.")
    return {
        name: {"APPS": [{"client_id": app, "secret": secret}], **ASKED[name]}
        for name, (app, secret) in keys.items()
        if app
    }


# None of a service's words counts as proof of an address, and none of its tokens is kept.
SOCIALACCOUNT_PROVIDERS = configured()
SOCIALACCOUNT_ADAPTER = "portal.accounts.social.adapter.SocialAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "mandatory"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 8
