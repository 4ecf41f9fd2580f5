"""Zalo for allauth: what it is called, whom its answer speaks of, and the addresses of its OAuth."""

import base64
import hashlib
import hmac
import secrets
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from django.http import HttpRequest

from portal.accounts.social.zalo.client import ZaloClient, checked


class ZaloAccount(ProviderAccount):
    """A person's account at Zalo."""

    def to_str(self) -> str:
        """The name she has there."""
        return str(self.account.extra_data.get("name") or super().to_str())


class ZaloOAuth2Adapter(OAuth2Adapter):
    """Zalo's addresses, and reading who she is."""

    provider_id = "zalo"
    client_class = ZaloClient
    authorize_url = "https://oauth.zaloapp.com/v4/permission"
    access_token_url = "https://oauth.zaloapp.com/v4/access_token"  # noqa: S105  (an address)
    profile_url = "https://graph.zalo.me/v2.0/me"

    def complete_login(self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Asks for id and name; Zalo gives no address. Raises OAuth2Error when it refuses."""
        # Shows that who asks holds the secret too: a token alone, stolen elsewhere, tells nothing.
        shown = hmac.new(app.secret.encode(), token.token.encode(), hashlib.sha256).hexdigest()
        headers = {"access_token": token.token, "appsecret_proof": shown}
        with get_adapter().get_requests_session() as session:
            answer = session.request("GET", self.profile_url, params={"fields": "id,name"}, headers=headers)
        return self.get_provider().sociallogin_from_response(request, checked(answer, "id"))


class ZaloProvider(OAuth2Provider):
    """Zalo, with a PKCE challenge at each sign-in, as its v4 demands."""

    id = "zalo"
    name = "Zalo"
    account_class = ZaloAccount
    oauth2_adapter_class = ZaloOAuth2Adapter

    def get_pkce_params(self) -> dict[str, str]:
        """A fresh challenge; Zalo takes verifiers of exactly 43 characters, which allauth's are not."""
        verifier = secrets.token_urlsafe(32)
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return {"code_verifier": verifier, "code_challenge": challenge, "code_challenge_method": "S256"}

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Her id for this app."""
        return str(data["id"])

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Only the name."""
        return {"name": data.get("name") or ""}

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """What is kept: no picture, nothing that Zalo may add one day."""
        return {"id": str(data["id"]), "name": data.get("name") or ""}


registry.register(ZaloProvider)
