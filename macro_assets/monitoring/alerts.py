"""How people are told what broke: a webhook, an e-mail, a log file, each only where its settings are given.

Belongs here: delivery over each channel, with typed errors that name no secret. Does not belong here: what is worth an
alert and when (defs/automation/alerts.py).
"""

from __future__ import annotations

import json
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage
from http.client import HTTPException

from macro_assets.errors import AlertError
from macro_assets.monitoring.incidents import Incident, message, shortened
from macro_assets.settings import Settings

__all__ = ["CHANNELS", "Channel", "configured"]

SECONDS = 10.0
Channel = Callable[[Settings, Sequence[Incident]], None]


def webhook(settings: Settings, incidents: Sequence[Incident]) -> None:
    """POST the incidents as JSON: `text` for chat services, `incidents` for machines.

    Raises
    ------
    AlertError : no answer, or one that is not 2xx. The address is a secret and is not named.
    """
    assert settings.alert_webhook_url is not None
    title, text = message(incidents)
    body = json.dumps({"text": f"{title}\n\n{text}", "incidents": [record(one) for one in incidents]}).encode()
    address, kind = settings.alert_webhook_url.get_secret_value(), {"Content-Type": "application/json"}
    try:
        request = urllib.request.Request(address, body, kind)
        with urllib.request.urlopen(request, timeout=SECONDS):
            return  # 2xx; every other status is an HTTPError
    except urllib.error.HTTPError as error:
        reason = f"answered {error.code}"
        error.close()
    except (OSError, HTTPException, ValueError) as error:
        reason = f"cannot be reached ({type(error).__name__})"
    raise AlertError(f"The alert webhook {reason}.", remedy="Check MACRO_ALERT_WEBHOOK_URL.")


def record(incident: Incident) -> dict[str, str]:
    """An incident for machines."""
    return {
        "kind": incident.kind,
        "subject": incident.subject,
        "since": incident.since.isoformat(),
        "what": shortened(incident.what),
        "remedy": incident.remedy,
    }


def email(settings: Settings, incidents: Sequence[Incident]) -> None:
    """Send one mail to every address of `MACRO_ALERT_EMAIL_TO`.

    Raises
    ------
    AlertError : the server cannot be reached, refuses the sender, or offers no encryption where it is asked for.
    """
    title, text = message(incidents)
    mail = EmailMessage()
    mail["Subject"], mail["To"] = title.replace("\n", " "), settings.alert_email_to
    mail["From"] = settings.alert_email_from or settings.alert_email_to.split(",")[0].strip()
    mail.set_content(text)
    try:
        with connection(settings) as server:
            if settings.alert_smtp_user and settings.alert_smtp_password:
                server.login(settings.alert_smtp_user, settings.alert_smtp_password.get_secret_value())
            server.send_message(mail)
    except (OSError, smtplib.SMTPException) as error:
        raise AlertError(
            f"Mail server {settings.alert_smtp_host}:{settings.alert_smtp_port} did not take the alert "
            f"({type(error).__name__}).",
            remedy="Check the settings MACRO_ALERT_SMTP_*.",
        ) from None


def connection(settings: Settings) -> smtplib.SMTP:
    """An open connection, encrypted as the settings ask."""
    place = (settings.alert_smtp_host, settings.alert_smtp_port)
    if settings.alert_smtp_security == "tls":
        return smtplib.SMTP_SSL(*place, timeout=SECONDS, context=ssl.create_default_context())
    server = smtplib.SMTP(*place, timeout=SECONDS)
    if settings.alert_smtp_security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def log_file(settings: Settings, incidents: Sequence[Incident]) -> None:
    """Append one JSON line per incident.

    Raises
    ------
    AlertError : the file cannot be written.
    """
    assert settings.alert_log_file is not None
    try:
        settings.alert_log_file.parent.mkdir(parents=True, exist_ok=True)
        with settings.alert_log_file.open("a") as file:
            file.writelines(f"{json.dumps(record(one))}\n" for one in incidents)
    except OSError as error:
        raise AlertError(
            f"Cannot write {settings.alert_log_file}: {error.strerror}.", remedy="Check MACRO_ALERT_LOG_FILE."
        ) from None


CHANNELS: Mapping[str, Channel] = {"webhook": webhook, "email": email, "log_file": log_file}
_SETTINGS = {
    "webhook": ("alert_webhook_url",),
    "email": ("alert_email_to", "alert_smtp_host"),
    "log_file": ("alert_log_file",),
}


def configured(name: str, settings: Settings) -> bool:
    """Whether the settings of a channel are given."""
    return all(getattr(settings, field) for field in _SETTINGS[name])


def needed(name: str) -> str:
    """Names of the settings that switch a channel on."""
    return " and ".join(f"MACRO_{field.upper()}" for field in _SETTINGS[name])
