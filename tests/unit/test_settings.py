"""Settings: every promised one is there, each is checked, and all that is wrong is told at once."""

import base64
import re
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from feedback_service import settings as all_settings
from feedback_service.settings import BadSettings, Settings, variable

PROMISED = """
DATABASE_URL REDIS_URL PORT PUBLIC_URL SECRET_KEY PHONE_KEYS SIGNING_KEY CHANNELS AT_USERNAME
AT_API_KEY AT_API_URL AT_SENDER AT_SHORT_CODE AT_USSD_CODE AT_CALLBACK_SECRET TWILIO_ACCOUNT_SID
TWILIO_AUTH_TOKEN TWILIO_AUTH_TOKEN_SECONDARY TWILIO_API_URL TWILIO_WHATSAPP_FROM TWILIO_SMS_FROM
PHONE_SIMULATOR SCORECARD_OWNER SMTP_URL MAIL_FROM OIDC_ISSUER OIDC_CLIENT_ID OIDC_CLIENT_SECRET
TWILIO_TEMPLATES VAR_DIR LOG_LEVEL FEEDBACK_PG_BIN FEEDBACK_REDIS_BIN WEB_CONCURRENCY MEDIA_LIMIT_MB
"""

KEY, OTHER_KEY = (base64.b64encode(letter * 32).decode() for letter in (b"a", b"b"))

GOOD = {
    "DATABASE_URL": "postgresql://feedback:pass-word@db/feedback",
    "REDIS_URL": "redis://:pass-word@cache/0",
    "SECRET_KEY": "sixteen letters or more",
    "PHONE_KEYS": KEY,
    "SIGNING_KEY": OTHER_KEY,
    "AT_CALLBACK_SECRET": "callback-secret-1234",
    "TWILIO_AUTH_TOKEN": "twilio-token",
    "PHONE_SIMULATOR": "1",
}

WRONG = {
    "a database of another kind": ("DATABASE_URL", "mysql://db/feedback", "no PostgreSQL address"),
    "a database without a scheme": ("DATABASE_URL", "feedback", "no PostgreSQL address"),
    "a queue of another kind": ("REDIS_URL", "amqp://queue", "redis:// or rediss:// or unix://"),
    "a port in words": ("PORT", "http", "not a whole number from 1 to 65535"),
    "a port too high": ("PORT", "65536", "not a whole number from 1 to 65535"),
    "a port in Arabic digits": ("PORT", "٨٠٠٠", "not a whole number"),
    "an address without http": ("PUBLIC_URL", "huduma.go.ke", "http:// or https://"),
    "a short secret": ("SECRET_KEY", "short", "shorter than 16"),
    "a key that is not base64": ("PHONE_KEYS", "not a key!", "not base64"),
    "a key too short": ("PHONE_KEYS", base64.b64encode(b"short").decode(), "holds 5 bytes, not 32"),
    "a bad second key": ("PHONE_KEYS", f"{KEY},abc", "not base64"),
    "a key twice": ("PHONE_KEYS", f"{KEY},{KEY}", "the same key twice"),
    "a bad signing key": ("SIGNING_KEY", "abc", "not base64"),
    "channels in prose": ("CHANNELS", "SMS and USSD", "not channel names"),
    "a channel twice": ("CHANNELS", "twilio-sms,twilio-sms", "names a channel twice"),
    "a port in letters": ("DATABASE_URL", "postgresql://u@h:abc/db", "not a whole number"),
    "a short code in letters": ("AT_SHORT_CODE", "HUDUMA", "not 3 to 6 digits"),
    "a dial string without stars": ("AT_USSD_CODE", "384#", "*123*4#"),
    "a secret with a slash": (
        "AT_CALLBACK_SECRET",
        "sixteen/letters/and/more",
        "part of an address",
    ),
    "a provider host without http": ("AT_API_URL", "localhost:9000", "http:// or https://"),
    "templates not JSON": ("TWILIO_TEMPLATES", "{invitation}", "not JSON"),
    "templates a list": ("TWILIO_TEMPLATES", "[]", "not an object"),
    "a switch in the middle": ("PHONE_SIMULATOR", "maybe", "neither 1 nor 0"),
    "a mail server by name": ("SMTP_URL", "mail.go.ke", "smtp:// or smtps://"),
    "a sender without @": ("MAIL_FROM", "huduma", "no mail address"),
    "a level nobody knows": ("LOG_LEVEL", "LOUD", "no level"),
    "too many proxies": ("TRUSTED_PROXIES", "12", "not a whole number from 0 to 9"),
    "no processes": ("WEB_CONCURRENCY", "0", "not a whole number from 1 to 64"),
}

TOGETHER = {
    "messages leave by Africa's Talking": (
        {"PHONE_SIMULATOR": "0", "CHANNELS": "africastalking-sms"},
        {"AT_USERNAME", "AT_API_KEY"},
    ),
    "messages leave by Twilio": (
        {"PHONE_SIMULATOR": "0", "CHANNELS": "twilio-whatsapp"},
        {"TWILIO_ACCOUNT_SID", "TWILIO_WHATSAPP_FROM"},
    ),
    "callbacks nobody could check": (
        {"AT_CALLBACK_SECRET": "", "TWILIO_AUTH_TOKEN": ""},
        {"AT_CALLBACK_SECRET", "TWILIO_AUTH_TOKEN"},
    ),
    "mail from nobody": ({"SMTP_URL": "smtp://mail"}, {"MAIL_FROM"}),
    "half a sign-in": (
        {"OIDC_ISSUER": "https://login"},
        {"OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"},
    ),
}


def problems(env):
    with pytest.raises(BadSettings) as raised:
        Settings.from_env(env)
    return {problem.name: problem for problem in raised.value.problems}


def test_every_promised_setting_exists():
    ours = {variable(item.name) for item in fields(Settings) if item.name != "raw"}
    assert set(PROMISED.split()) - ours == set()


def test_good_settings_are_read_into_their_kinds():
    settings = Settings.from_env(
        {**GOOD, "PORT": "8001", "PHONE_KEYS": f"{KEY}, {OTHER_KEY}", "CHANNELS": "twilio-sms"}
    )
    assert settings.database_url == "postgresql+psycopg://feedback:pass-word@db/feedback"
    assert (settings.port, settings.phone_simulator) == (8001, True)
    assert settings.phone_keys == (b"a" * 32, b"b" * 32)
    assert settings.signing_key == b"b" * 32
    assert settings.channels == ("twilio-sms",)


def test_the_public_address_follows_the_port_until_it_is_given():
    assert Settings.from_env({**GOOD, "PORT": "8001"}).public_url == "http://127.0.0.1:8001"
    given = {**GOOD, "PORT": "8001", "PUBLIC_URL": "https://huduma.go.ke/"}
    assert Settings.from_env(given).public_url == "https://huduma.go.ke"


def test_an_empty_value_counts_as_none():
    assert Settings.from_env({**GOOD, "PORT": "", "AT_SENDER": " "}).at_sender == "HUDUMA"


@pytest.mark.parametrize(("name", "value", "wrong"), WRONG.values(), ids=WRONG)
def test_a_wrong_value_is_told_with_name_reason_and_an_example_that_would_do(name, value, wrong):
    problem = problems({**GOOD, name: value})[name]
    assert wrong in str(problem)
    example = problem.example if not problem.example.startswith("$(") else GOOD[name]
    assert name not in told_by({**GOOD, name: example})


def told_by(env):
    try:
        Settings.from_env(env)
    except BadSettings as error:
        return {problem.name for problem in error.problems}
    return set()


@pytest.mark.parametrize(("env", "missing"), TOGETHER.values(), ids=TOGETHER)
def test_a_setting_that_another_one_needs_is_missed(env, missing):
    assert set(problems({**GOOD, **env})) == missing


def test_another_provider_host_brings_its_own_needs():
    env = {"PHONE_SIMULATOR": "0", "CHANNELS": "africastalking-sms", "AT_API_URL": "http://host"}
    assert Settings.from_env({**GOOD, **env}).at_api_url == "http://host"


def test_all_problems_are_told_at_once():
    told = problems({"PORT": "x", "LOG_LEVEL": "x", "PHONE_SIMULATOR": "1"})
    assert {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PHONE_KEYS", "SIGNING_KEY"} < set(told)
    assert {"PORT", "LOG_LEVEL", "AT_CALLBACK_SECRET", "TWILIO_AUTH_TOKEN"} < set(told)


def test_a_wrong_secret_is_told_once_and_not_shown():
    with pytest.raises(BadSettings) as raised:
        Settings.from_env({**GOOD, "AT_CALLBACK_SECRET": "hush/hush"})
    assert str(raised.value).count("AT_CALLBACK_SECRET") == 2  # its name, and its example
    assert "hush" not in str(raised.value)


def test_no_secret_shows_in_the_settings_printed():
    env = {
        name: f"hidden-{name.lower()}-{'x' * 16}"
        for name in ("SECRET_KEY", "AT_API_KEY", "AT_CALLBACK_SECRET", "TWILIO_AUTH_TOKEN")
    }
    env |= {"TWILIO_AUTH_TOKEN_SECONDARY": "hidden-too", "OIDC_CLIENT_SECRET": "hidden-as-well"}
    env |= {"OIDC_ISSUER": "https://login", "OIDC_CLIENT_ID": "me", "MAIL_FROM": "me@go.ke"}
    printed = repr(Settings.from_env({**GOOD, **env, "SMTP_URL": "smtp://me:hidden-mail@mail"}))
    for secret in ("hidden", "pass-word", "aaaa", "bbbb", KEY):
        assert secret not in printed


def test_settings_cannot_be_changed():
    settings = Settings.from_env(GOOD)
    with pytest.raises(FrozenInstanceError):
        settings.port = 1
    with pytest.raises(TypeError):
        settings.raw["PORT"] = "1"


def test_raw_has_the_text_in_force_for_those_who_read_text():
    raw = Settings.from_env({**GOOD, "PORT": "8001", "UNKNOWN": "kept"}).raw
    assert raw["PUBLIC_URL"] == "http://127.0.0.1:8001"
    assert (raw["AT_SENDER"], raw["UNKNOWN"]) == ("HUDUMA", "kept")
    assert "AT_API_KEY" not in raw


def test_a_command_finds_the_service_that_make_run_started(tmp_path, monkeypatch):
    lines = "".join(f"{name}='{value}'\n" for name, value in GOOD.items())
    (tmp_path / "run.env").write_text(f"# a comment\n{lines}")
    for name in PROMISED.split():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("PORT", "8002")
    found = all_settings.from_environment()
    assert found.database_url.endswith("@db/feedback")
    assert (found.port, found.var_dir) == (8002, tmp_path)


def test_the_environment_is_read_in_one_file():
    source = Path(all_settings.__file__).parents[1]
    reading = re.compile(r"os\.environ|os\.getenv|from os import.*environ")
    readers = {file for file in source.rglob("*.py") if reading.search(file.read_text())}
    assert readers == {Path(all_settings.__file__)}
