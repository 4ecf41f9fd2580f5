"""Whether letters leave this house: one is really sent, and what goes wrong is said with the variable to look at."""

import smtplib
import socket
import ssl

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext

from portal.core.mail import house_name


def send(*, to: str, language: str) -> str:
    """Sends one letter; returns "" or what went wrong, in English words for the operator. Never raises."""
    with translation.override(language):
        subject = gettext("Letters leave %(name)s") % {"name": house_name()}
        body = gettext("This letter was sent to see whether letters arrive. They do; nothing else is to be done.")
    try:
        EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [to]).send(fail_silently=False)
    except Exception as error:
        return explain(error)
    return ""


def explain(error: BaseException) -> str:
    """What went wrong, with the variable that says it."""
    host = f"{getattr(settings, 'EMAIL_HOST', '')}:{getattr(settings, 'EMAIL_PORT', '')}"
    told = (
        (smtplib.SMTPAuthenticationError, "refused the sign-in: look at TRIAN_SMTP_USER and TRIAN_SMTP_PASSWORD"),
        (smtplib.SMTPSenderRefused, "takes no letters from TRIAN_FROM_EMAIL"),
        (smtplib.SMTPRecipientsRefused, "takes no letters to this address"),
        (smtplib.SMTPNotSupportedError, "does not offer TLS: look at TRIAN_SMTP_PORT and TRIAN_SMTP_TLS"),
        (ssl.SSLError, "could not agree on TLS: look at TRIAN_SMTP_PORT, TRIAN_SMTP_TLS and the server's certificate"),
        (socket.gaierror, "is a name that nobody knows: look at TRIAN_SMTP_HOST"),
        (TimeoutError, "does not answer: look at TRIAN_SMTP_HOST, TRIAN_SMTP_PORT and the firewall"),
        (ConnectionRefusedError, "lets nobody in: look at TRIAN_SMTP_HOST and TRIAN_SMTP_PORT"),
        (smtplib.SMTPServerDisconnected, "broke off: look at TRIAN_SMTP_PORT and TRIAN_SMTP_TLS"),
    )
    for kind, words in told:
        if isinstance(error, kind):
            return f"The mail server {host} {words}."
    # The class alone: the server's words may repeat addresses and keys.
    return f"The letter could not be handed to the mail server {host} ({type(error).__name__})."
