"""Each channel delivers to a real receiver, and says in words, without a secret, when it cannot."""

import json
from datetime import UTC, date, datetime
from email import message_from_string
from pathlib import Path

import pytest

from macro_assets.errors import AlertError
from macro_assets.monitoring import alerts
from macro_assets.monitoring.incidents import Incident, message, table
from macro_assets.settings import Settings
from macro_assets_tests.monitoring import servers

BROKEN = Incident("failed check", "bronze/fred_vintages: plausible_bounds", datetime(2012, 6, 29, 2, 30, tzinfo=UTC),
                  "1 of 18 values\noutside its bounds.", "Open the check.")  # fmt: skip
HOLE = Incident(
    "hole", "bronze/fred_vintages: vintage_days_complete", datetime(2012, 6, 30, 12, tzinfo=UTC), "2012-06-28", "Load."
)


def plain(**given: object) -> Settings:
    return Settings(_env_file=None, **given)  # type: ignore[arg-type, call-arg]


def test_a_webhook_gets_words_and_records() -> None:
    with servers.webhook() as hook:
        alerts.webhook(plain(alert_webhook_url=hook.url), [BROKEN, HOLE])
        (body,) = hook.bodies
    assert body["text"].startswith("macro_assets: failed check, bronze/fred_vintages: plausible_bounds and 1 more")
    assert "To do: Open the check." in body["text"]
    assert [one["kind"] for one in body["incidents"]] == ["failed check", "hole"]
    assert body["incidents"][0]["what"] == "1 of 18 values outside its bounds."


@pytest.mark.parametrize("status", [302, 403, 500])
def test_a_webhook_that_refuses_is_an_error_without_its_address(status: int) -> None:
    with servers.webhook() as hook:
        hook.status = status
        with pytest.raises(AlertError, match=f"answered {status}") as caught:
            alerts.webhook(plain(alert_webhook_url=hook.url), [BROKEN])
    assert "t0ken" not in str(caught.value)


def test_a_webhook_that_is_gone_or_no_address_at_all_is_an_error() -> None:
    with servers.webhook() as hook:
        url = hook.url
    for address in (url, "t0ken is not an address", "http://127.0.0.1:port/t0ken"):
        with pytest.raises(AlertError, match="cannot be reached") as caught:
            alerts.webhook(plain(alert_webhook_url=address), [BROKEN])
        assert "t0ken" not in str(caught.value)


def mail_settings(port: int, **given: object) -> Settings:
    base = {"alert_email_to": "a@example.org, b@example.org", "alert_email_from": "house@example.org",
            "alert_smtp_host": "127.0.0.1", "alert_smtp_port": port, "alert_smtp_security": "none"}  # fmt: skip
    return plain(**(base | given))


def test_a_mail_reaches_every_address() -> None:
    with servers.mail_server() as box:
        alerts.email(mail_settings(box.port), [BROKEN])
        ((sender, recipients, text),) = box.mails
    assert (sender, recipients) == ("house@example.org", ["a@example.org", "b@example.org"])
    mail = message_from_string(text)
    assert mail["Subject"].replace("\n", "") == "macro_assets: failed check, bronze/fred_vintages: plausible_bounds"
    assert "Since 2012-06-28 22:30 New York" in mail.get_payload()
    assert box.logins == []


def test_a_mail_server_is_logged_in_to_and_a_refusal_is_an_error() -> None:
    with servers.mail_server() as box:
        login = {"alert_smtp_user": "house", "alert_smtp_password": "p@ss word"}
        alerts.email(mail_settings(box.port, **login), [BROKEN])
        assert box.logins == [("house", "p@ss word")]
        box.refuses = True
        with pytest.raises(AlertError, match="did not take the alert") as caught:
            alerts.email(mail_settings(box.port, **login), [BROKEN])
        assert "p@ss" not in str(caught.value)
        assert len(box.mails) == 1


def test_a_server_without_encryption_gets_no_mail_unless_that_is_asked_for() -> None:
    with servers.mail_server() as box:
        for security in ("starttls", "tls"):
            with pytest.raises(AlertError, match="did not take the alert"):
                alerts.email(mail_settings(box.port, alert_smtp_security=security, alert_smtp_user="u"), [BROKEN])
        assert (box.mails, box.logins) == ([], [])


def test_a_log_file_gets_a_line_each(tmp_path: Path) -> None:
    file = tmp_path / "logs" / "alerts.jsonl"
    for _ in range(2):
        alerts.log_file(plain(alert_log_file=file), [BROKEN, HOLE])
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["kind"] for line in lines] == ["failed check", "hole"] * 2
    with pytest.raises(AlertError, match="Cannot write"):
        alerts.log_file(plain(alert_log_file=file / "below a file"), [BROKEN])


def test_a_channel_is_on_when_its_settings_are_given() -> None:
    assert not any(alerts.configured(name, plain()) for name in alerts.CHANNELS)
    assert alerts.configured("email", mail_settings(25))
    assert not alerts.configured("email", plain(alert_email_to="a@example.org"))
    assert alerts.needed("email") == "MACRO_ALERT_EMAIL_TO and MACRO_ALERT_SMTP_HOST"
    for name in alerts.CHANNELS:
        fields = [word.removeprefix("MACRO_").lower() for word in alerts.needed(name).split(" and ")]
        assert set(fields) <= set(Settings.model_fields)


def test_rows_are_the_oldest_first_and_nothing_broken_is_an_empty_table() -> None:
    assert table([]).num_rows == 0
    rows = table([HOLE, BROKEN]).to_pylist()
    assert [row["since"] for row in rows] == [date(2012, 6, 28), date(2012, 6, 30)], "days in New York"
    long = Incident("stale", "x", HOLE.since, "word " * 1000, "Do.")
    assert len(table([long])["what"][0].as_py()) == 600
    assert len(message([long])[1]) < 1000
