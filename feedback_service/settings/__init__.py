"""Every setting of the service, read once from the environment, checked whole, and then frozen.

`from_environment()` is for processes, `Settings.from_env(mapping)` for tests and tools. Whatever is
missing or wrong is told at once, each with its name, what is wrong and an example.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from feedback_service.settings import readers

CHANNELS = ("africastalking-ussd", "africastalking-sms", "twilio-whatsapp", "twilio-sms")
RUN_FILE = "run.env"
PRACTICE = MappingProxyType({"PHONE_SIMULATOR": "1", "SECOND_FACTOR_ROLES": "none"})
"""What a service on one machine begins with: telephones on a page, sign-in by password alone."""


@dataclass(frozen=True)
class BadSetting:
    """One thing wrong with one setting."""

    name: str
    wrong: str
    example: str

    def __str__(self) -> str:
        return f"{self.name} {self.wrong}. Example: {self.name}={self.example}"


class BadSettings(ValueError):
    """The service cannot start with these settings; `problems` holds every one of them."""

    def __init__(self, problems: tuple[BadSetting, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


def _setting(
    read: Callable[[str], Any],
    example: str,
    default: Any = MISSING,
    *,
    secret: bool = False,
    name: str = "",
) -> Any:
    about = {"read": read, "example": example, "name": name}
    if callable(default):
        return field(default_factory=default, repr=not secret, metadata=about)
    return field(default=default, repr=not secret, metadata=about)


# A callback nobody signs is a callback anybody can send: these are needed on simulated phones too.
_TO_HEAR = {
    "africastalking-ussd": ("at_callback_secret",),
    "africastalking-sms": ("at_callback_secret",),
    "twilio-whatsapp": ("twilio_auth_token",),
    "twilio-sms": ("twilio_auth_token",),
}
# With another host set, whoever set it says what it wants to hear, and the channel checks that.
_TO_SPEAK = {
    "africastalking-sms": ("at_api_url", ("at_username", "at_api_key")),
    "twilio-whatsapp": ("twilio_api_url", ("twilio_account_sid", "twilio_whatsapp_from")),
    "twilio-sms": ("twilio_api_url", ("twilio_account_sid", "twilio_sms_from")),
}
_A_KEY = "$(openssl rand -base64 32)"
_A_SECRET = "$(openssl rand -hex 16)"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an operator can choose. Secrets are left out of `repr`, so that no log shows them.

    Each field is read from the variable of the same name in capitals, unless it names another.
    """

    database_url: str = _setting(
        readers.database_url, "postgresql://user:password@host/feedback", secret=True
    )
    redis_url: str = _setting(
        readers.begins("redis", "rediss", "unix"), "redis://localhost:6379/0", secret=True
    )
    secret_key: str = _setting(readers.secret_text, _A_SECRET, secret=True)
    # Keys are 32 bytes: phone keys newest first; the signing key is the seed of an Ed25519 key.
    phone_keys: tuple[bytes, ...] = _setting(readers.keys, _A_KEY, secret=True)
    signing_key: bytes = _setting(readers.key, _A_KEY, secret=True)
    port: int = _setting(readers.port, "8000", 8000)
    public_url: str = _setting(
        readers.web_url, "https://huduma.example.go.ke", "http://127.0.0.1:8000"
    )
    channels: tuple[str, ...] = _setting(readers.channel_names, ",".join(CHANNELS), CHANNELS)
    at_username: str = _setting(readers.text, "huduma", "")
    at_api_key: str = _setting(readers.text, "atsk_0123456789", "", secret=True)
    at_api_url: str = _setting(readers.web_url, "https://api.africastalking.com", "")
    at_sender: str = _setting(readers.text, "HUDUMA", "HUDUMA")
    at_short_code: str = _setting(readers.short_code, "22123", "22123")
    at_keyword: str = _setting(readers.text, "HUDUMA", "")  # before each SMS to a shared code
    at_ussd_code: str = _setting(readers.ussd_code, "*384*77#", "*384*77#")
    call_cost: str = _setting(readers.text, "KES 1", "")  # what dialling costs, "free" for nothing
    sms_cost: str = _setting(readers.text, "free", "")  # what an SMS to the short code costs
    at_callback_secret: str = _setting(readers.path_secret, _A_SECRET, "", secret=True)
    twilio_account_sid: str = _setting(readers.text, "AC0123456789abcdef0123456789abcdef", "")
    twilio_auth_token: str = _setting(readers.text, "0123456789abcdef", "", secret=True)
    twilio_auth_token_secondary: str = _setting(readers.text, "0123456789abcdef", "", secret=True)
    twilio_api_url: str = _setting(readers.web_url, "https://api.twilio.com", "")
    twilio_whatsapp_from: str = _setting(readers.text, "+254700000000", "")
    twilio_sms_from: str = _setting(readers.text, "+254700000000", "")
    twilio_templates: Mapping[str, str] = _setting(
        readers.templates, '{"invitation.sw": "HX0123"}', _nothing
    )
    media_limit_mb: int = _setting(
        readers.megabytes, "5", 5
    )  # the largest thing a citizen may send
    # How fast each company may be asked; neither publishes a figure for SMS, WhatsApp takes 80, its
    # sandbox one in three seconds.
    at_per_second: int = _setting(readers.per_second, "50", 50)
    twilio_per_second: int = _setting(readers.per_second, "50", 50)
    # News of a case wait until these hours of Nairobi end, surveys leave in theirs only; "none".
    quiet_hours: readers.Hours = _setting(  # noqa: RUF009  a field, not a shared default
        readers.hours, "21:00-07:00", readers.QUIET
    )
    survey_hours: readers.Hours = _setting(  # noqa: RUF009
        readers.hours, "08:00-18:00", readers.SURVEY
    )
    survey_within_hours: int = _setting(readers.many_hours, "72", 72)
    survey_expires_hours: int = _setting(readers.many_hours, "48", 48)
    # Prices in KES where the company tells none, or tells dollars.
    kes_per_usd: Decimal | None = _setting(  # noqa: RUF009
        readers.amount, "129.50", None
    )
    message_prices: Mapping[str, Decimal] = _setting(
        readers.prices, '{"africastalking-sms": 0.8, "twilio-whatsapp": 1.2}', _nothing
    )
    phone_simulator: bool = _setting(readers.switch, "1", False)
    # Who hears what accuses an institution: its own integrity office, say; "*" is for all.
    integrity_desks: Mapping[str, str] = _setting(readers.desks, "KRA=CAJ-I, *=EACC-I", _nothing)
    # The number from which people outside the offices call citizens back, as citizens see it.
    call_back_from: str = _setting(readers.text, "0800 221 349", "")
    # A quarter that has matured is frozen by the clock, or waits for `feedback freeze`; then its
    # figures can be contested for so many days.
    freeze_by_clock: bool = _setting(readers.switch, "0", True)
    contest_days: int = _setting(readers.contest_days, "14", 14)
    scorecard_owner: str = _setting(readers.text, "GPMCO", "GPMCO")
    smtp_url: str = _setting(
        readers.begins("smtp", "smtps"), "smtps://user:password@mail.example.go.ke", "", secret=True
    )
    mail_from: str = _setting(readers.mail_address, "huduma@example.go.ke", "")
    operator_mail: tuple[str, ...] = _setting(readers.mail_addresses, "ops@example.go.ke", ())
    # By day a channel that is usually used and brings nothing for so long raises an alarm.
    silence_minutes: int = _setting(readers.silence, "60", 60)
    # The text model learns: every so many days (0: never by itself), from so many new labels on;
    # taken into use without a person or not; how many cases people are asked about in a week.
    text_model: bool = _setting(readers.switch, "0", True)  # off: people read every case first
    model_retrain_days: int = _setting(readers.retrain_days, "7", 7)
    model_retrain_labels: int = _setting(readers.labels, "50", 50)
    model_promotes: bool = _setting(readers.switch, "1", False)
    model_asks_weekly: int = _setting(readers.asks, "30", 30)
    api_key_per_minute: int = _setting(readers.per_minute, "600", 600)  # where a key names none
    # Without it /metrics answers this machine and private networks only.
    metrics_token: str = _setting(readers.path_secret, _A_SECRET, "", secret=True)
    oidc_issuer: str = _setting(readers.web_url, "https://login.example.go.ke", "")
    oidc_client_id: str = _setting(readers.text, "feedback", "")
    oidc_client_secret: str = _setting(readers.text, _A_SECRET, "", secret=True)
    # Values of the issuer's `amr` or `acr` that stand for a second factor shown there.
    oidc_second_factor: tuple[str, ...] = _setting(readers.words, "mfa,otp", ())
    second_factor_roles: frozenset[str] = _setting(
        readers.roles, "administrator,integrity,auditor", readers.SECOND_FACTOR
    )
    var_dir: Path = _setting(  # noqa: RUF009  a field, not a shared default
        readers.var_dir, "/var/lib/feedback", lambda: readers.var_dir("var")
    )
    log_level: str = _setting(readers.log_level, "INFO", "INFO")
    web_concurrency: int = _setting(readers.processes, "2", 2)
    trusted_proxies: int = _setting(readers.proxies, "1", 0)  # that set X-Forwarded-For before us
    postgres_bin: Path | None = _setting(  # noqa: RUF009
        readers.path, "/usr/lib/postgresql/15/bin", None, name="FEEDBACK_PG_BIN"
    )
    redis_bin: Path | None = _setting(  # noqa: RUF009
        readers.path, "/usr/bin/redis-server", None, name="FEEDBACK_REDIS_BIN"
    )
    raw: Mapping[str, str] = field(default_factory=_nothing, repr=False)

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """The settings in `env`, where an empty value counts as none.

        `raw` is `env` with the defaults filled in. Raises BadSettings with all problems at once.
        """
        values: dict[str, Any] = {}
        problems = list(_read_fields(env, values))
        values.setdefault("public_url", f"http://127.0.0.1:{values.get('port', 8000)}")
        told = {problem.name for problem in problems}
        problems += [p for p in _missing_together(values) if p.name not in told]
        if problems:
            raise BadSettings(tuple(problems))
        return cls(**values, raw=_with_defaults(env, cls(**values)))


def set_environment(env: Mapping[str, str]) -> None:
    """Give this process another environment: a forked child has its parent's until then."""
    os.environ.clear()
    os.environ.update(env)


def from_environment() -> Settings:
    """The settings of this process; those of a service started by `make run` if none are given."""
    env = environment()
    if not env.get("DATABASE_URL"):
        # `make run` shows messages on the phone page unless it is told otherwise: so do we.
        env = PRACTICE | read_run_file(Path(env.get("VAR_DIR") or "var")) | env
    return Settings.from_env(env)


def environment() -> dict[str, str]:
    """A copy of this process's environment, without its empty values."""
    return {name: value for name, value in os.environ.items() if value}


def read_run_file(var_dir: Path) -> dict[str, str]:
    """What `feedback run` keeps between starts in `var_dir`; nothing before the first."""
    file = var_dir / RUN_FILE
    if not file.exists():
        return {}
    pairs = (word.partition("=") for word in shlex.split(file.read_text(), comments=True))
    return {name: value for name, _, value in pairs}


def variable(name: str) -> str:
    """The environment variable that the field `name` of Settings is read from."""
    return next(_variable(item) for item in fields(Settings) if item.name == name)


def _variable(item: Any) -> str:
    return str(item.metadata.get("name") or item.name.upper())


def _read_fields(env: Mapping[str, str], values: dict[str, Any]) -> Iterator[BadSetting]:
    """Put what can be read into `values`; yield what cannot."""
    for item in fields(Settings):
        if item.name == "raw":
            continue
        name, example = _variable(item), item.metadata["example"]
        given = env.get(name, "").strip()
        if not given:
            if item.default is MISSING and item.default_factory is MISSING:
                yield BadSetting(name, "is missing", example)
            continue
        try:
            values[item.name] = item.metadata["read"](given)
        except ValueError as error:
            yield BadSetting(name, str(error), example)


def _missing_together(values: Mapping[str, Any]) -> Iterator[BadSetting]:
    """What the chosen channels and sign-in need, beyond each setting by itself."""
    on = set(values.get("channels", CHANNELS))
    needed = {name for channel in on for name in _TO_HEAR.get(channel, ())}
    if not values.get("phone_simulator"):  # simulated phones need no provider to hear us
        speaking = [_TO_SPEAK[channel] for channel in on if channel in _TO_SPEAK]
        needed |= {name for host, names in speaking if not values.get(host) for name in names}
    for name in sorted(needed):
        if not values.get(name):
            yield _needed(
                name, "is missing; set it, or leave the channel it is for out of CHANNELS"
            )
    if values.get("smtp_url") and not values.get("mail_from"):
        yield _needed("mail_from", "is missing, and SMTP_URL is set")
    sign_in = ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
    if any(values.get(name) for name in sign_in):
        for name in sign_in:
            if not values.get(name):
                yield _needed(name, "is missing, and another OIDC_ setting is set")


def _needed(name: str, wrong: str) -> BadSetting:
    item = next(item for item in fields(Settings) if item.name == name)
    return BadSetting(_variable(item), wrong, item.metadata["example"])


def _with_defaults(env: Mapping[str, str], settings: Settings) -> Mapping[str, str]:
    """`env` with every setting that is text at its value in force, for those who read text."""
    texts = {_variable(i): getattr(settings, i.name) for i in fields(Settings) if i.name != "raw"}
    in_force = {name: text for name, text in texts.items() if text and isinstance(text, str)}
    return MappingProxyType({**env, **in_force})
