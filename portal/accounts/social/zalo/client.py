"""Where Zalo's OAuth differs: `app_id` for `client_id`, the secret in a header, refusals told with HTTP 200."""

from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error


class ZaloClient(OAuth2Client):
    """Fetches the access token as Zalo wants to be asked."""

    client_id_parameter = "app_id"

    def get_access_token(self, code: str, pkce_code_verifier: str | None = None, extra_data: Any = None) -> Any:
        """The token's answer; raises OAuth2Error when Zalo refuses, without telling what it said."""
        data = {"app_id": self.consumer_key, "code": code, "grant_type": "authorization_code"}
        if pkce_code_verifier:
            data["code_verifier"] = pkce_code_verifier
        with get_adapter().get_requests_session() as session:
            answer = session.request(
                "POST", self.access_token_url, data=data, headers={"secret_key": self.consumer_secret}
            )
        return checked(answer, "access_token")


def checked(answer: Any, wanted: str) -> dict[str, Any]:
    """The JSON of an answer that holds `wanted`; raises OAuth2Error for everything else."""
    try:
        told = answer.json()
    except ValueError:
        told = None
    if answer.status_code != 200 or not isinstance(told, dict) or told.get("error") or not told.get(wanted):
        raise OAuth2Error("Zalo refused")
    return told
