"""Whether the settings suit the place where the service runs, the keys open, the model loads."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from sqlalchemy.orm import Session

from analytics.triage import load
from feedback_service import triage
from feedback_service.doctor.finding import Finding, count, fail, ok, some, warn
from feedback_service.identity import KeyRing, NoKey
from feedback_service.models import Case, Citizen, Rating
from feedback_service.runtime import Runtime
from feedback_service.settings import Settings
from feedback_service.triage.shelf import UNLOADABLE

THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})


def checks(rt: Runtime) -> Iterator[Finding]:
    """What can be known without the database."""
    yield from _address(rt)
    yield from _simulator(rt.settings)
    yield from _sign_in(rt.settings)
    yield from _channels(rt)
    yield from _cost(rt.settings)
    yield ok(
        f"Keys: {count(len(rt.settings.phone_keys), 'phone key')}, a signing key, a session key"
    )
    yield _model(rt)


def checks_of_data(rt: Runtime, session: Session) -> Iterator[Finding]:
    """Whether what is stored suits these settings."""
    yield _numbers_open(rt, session)
    yield from _simulated(rt.settings, session)


def in_production(settings: Settings) -> bool:
    """Whether others than the people at this machine are meant to reach it."""
    return urlsplit(settings.public_url).hostname not in THIS_MACHINE


def _address(rt: Runtime) -> Iterator[Finding]:
    url, example = rt.settings.public_url, "PUBLIC_URL=https://huduma.example.go.ke"
    if not in_production(rt.settings):
        if any(way.configured(rt.settings.raw) for way in rt.ways.values()):
            yield warn(f"PUBLIC_URL is {url}: providers cannot call back", f"Set {example}")
        else:
            yield ok(f"PUBLIC_URL is {url}: for this machine only")
    elif urlsplit(url).scheme == "https":
        yield ok(f"PUBLIC_URL is {url}")
    else:
        yield fail(f"PUBLIC_URL is {url}: passwords would travel in the clear", f"Set {example}")


def _simulator(settings: Settings) -> Iterator[Finding]:
    if not settings.phone_simulator:
        yield ok("The phone page is off")
    elif in_production(settings):
        yield fail(
            "The phone page is on: anybody could write and read as any number",
            "Set PHONE_SIMULATOR=0",
        )
    else:
        yield ok("The phone page is on: for this machine only")


def _sign_in(settings: Settings) -> Iterator[Finding]:
    roles = ", ".join(sorted(settings.second_factor_roles))
    if roles:
        yield ok(f"A second factor is asked of: {roles}")
    elif in_production(settings):
        yield warn(
            "Nobody is asked for a second factor: a password alone opens every account",
            "Unset SECOND_FACTOR_ROLES, or name the roles",
        )
    else:
        yield ok("Nobody is asked for a second factor: for this machine only")
    if urlsplit(settings.oidc_issuer).scheme == "http" and in_production(settings):
        yield fail(
            f"OIDC_ISSUER is {settings.oidc_issuer}: anybody on the way could sign in as anybody",
            "Set its https address",
        )


def _channels(rt: Runtime) -> Iterator[Finding]:
    unable = [name for name, way in rt.ways.items() if not way.configured(rt.settings.raw)]
    if unable and not rt.settings.phone_simulator:
        yield fail(
            f"Without a provider's key, messages go nowhere: {some(unable)}",
            "Set AT_USERNAME and AT_API_KEY, TWILIO_ACCOUNT_SID and the senders, or shorten "
            "CHANNELS",
        )
    elif unable:
        yield warn(
            f"Without a provider's key, messages go to the phone page: {some(unable)}",
            "Set AT_USERNAME and AT_API_KEY, TWILIO_ACCOUNT_SID and the senders, or shorten "
            "CHANNELS",
        )
    else:
        yield ok(f"Every channel has its key: {', '.join(rt.ways)}")


def _cost(settings: Settings) -> Iterator[Finding]:
    if settings.call_cost:
        yield ok(f"What dialling costs is declared: {settings.call_cost}")
    else:
        yield warn(
            "Nobody has said what dialling costs the citizen",
            "Set CALL_COST=free, or its price as screen and poster say it: CALL_COST='KES 1'",
        )
    if settings.sms_cost:
        yield ok(f"What an SMS to {settings.at_short_code} costs is declared: {settings.sms_cost}")
    else:
        yield warn(
            f"Nobody has said what an SMS to {settings.at_short_code} costs the citizen",
            "Set SMS_COST=free, or its price as the front page says it: SMS_COST='KES 1'",
        )


def _model(rt: Runtime) -> Finding:
    try:
        version = load(triage.folder(rt)).version  # a worker would go on with another one
    except UNLOADABLE as error:
        return fail(
            f"The text model in {triage.folder(rt)} does not load: {error}",
            "feedback triage rollback",
        )
    return ok(f"Text model {version}")


def _numbers_open(rt: Runtime, session: Session) -> Finding:
    """The first and the last sealed number: with a key lost in between, one of them stays shut."""
    ring = KeyRing(rt.settings.phone_keys)
    kept = sa.select(Citizen).where(Citizen.retired_at.is_(None))
    for order in (Citizen.id.asc(), Citizen.id.desc()):
        citizen = session.scalars(kept.order_by(order).limit(1)).one_or_none()
        if citizen is None:
            return ok("No number is kept yet")
        try:
            address = ring.unseal(citizen.sealed, citizen.lookup)
        except (NoKey, InvalidTag):
            return fail(
                "A number that was kept cannot be opened: nobody behind it can be answered",
                "Put the key it was sealed with back into PHONE_KEYS, after the newest",
            )
        if ring.lookup(address) != citizen.lookup:
            return fail(
                "A kept number is not found any more: whoever writes is taken for a stranger",
                "The last of PHONE_KEYS must be the key that finds: see `feedback keys status`",
            )
    return ok("Kept numbers open with the keys that are set")


def _simulated(settings: Settings, session: Session) -> Iterator[Finding]:
    invented = [
        session.scalar(sa.select(model.simulated).where(model.simulated).limit(1))
        for model in (Case, Rating)
    ]
    if any(invented) and in_production(settings):
        yield warn(
            "Simulated cases and ratings stand among the real ones",
            "Start real service on an empty database",
        )
