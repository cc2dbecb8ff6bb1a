"""Asks the government's own sign-in (OpenID Connect) who somebody is, and believes only proof.

Authorization code with PKCE; the identity token's signature, issuer, audience, time and nonce are
checked (OpenID Connect Core 1.0, section 3.1.3.7).  Nothing here decides who may come in.
"""

from __future__ import annotations

import base64
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from feedback_service.runtime import Runtime

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

# joserfc and Authlib are imported where they are used: five megabytes that a service without an
# issuer spares.

PATIENCE = 5.0
"""Seconds that a sign-in waits for the issuer."""
LARGEST = 256 * 1024
LEEWAY = 60
"""Seconds by which the issuer's clock may differ from ours."""
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
_KEPT = "oidc"


class IssuerAway(Exception):
    """The issuer did not answer, or not as a sign-in does: later, or by password."""


class NotProven(Exception):
    """What came back does not prove who it is: not to be believed."""


@dataclass(frozen=True)
class Asked:
    """What one sign-in sends along, and its answer must fit."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """Who the issuer says it is; `factors` are its `amr` values and its `acr`."""

    subject: str
    email: str
    email_verified: bool
    factors: frozenset[str]


def ask() -> Asked:
    return Asked(*(secrets.token_urlsafe(32) for _ in range(3)))


def address(rt: Runtime, asked: Asked, back: str) -> str:
    """Where the browser goes to sign in; raises IssuerAway."""
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    where = _described(rt)["authorization_endpoint"]
    query = {
        "response_type": "code",
        "client_id": rt.settings.oidc_client_id,
        "redirect_uri": back,
        "scope": "openid email",
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": create_s256_code_challenge(asked.verifier),
        "code_challenge_method": "S256",
    }
    return f"{where}{'&' if '?' in where else '?'}{urlencode(query)}"


def identify(rt: Runtime, asked: Asked, code: str, back: str) -> Identity:
    """Who a code stands for; raises NotProven, or IssuerAway."""
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": back,
        "code_verifier": asked.verifier,
    }  # fmt: skip
    answer = _fetched(_described(rt)["token_endpoint"], form, _basic(rt))
    claims = _proven(rt, str(answer.get("id_token", "")), asked.nonce)
    amr, acr = claims.get("amr"), claims.get("acr")
    factors = {str(each) for each in amr} if isinstance(amr, list) else set()
    return Identity(
        f"{rt.settings.oidc_issuer}|{claims['sub']}",
        str(claims.get("email", "")).strip().lower(),
        claims.get("email_verified") is True,
        frozenset(factors | ({acr} if isinstance(acr, str) else set())),
    )


def _proven(rt: Runtime, token: str, nonce: str) -> Mapping[str, Any]:
    from joserfc import jwt
    from joserfc.errors import JoseError

    ours = rt.settings
    try:
        read = jwt.decode(token, _keys(rt, token), algorithms=ALGORITHMS)
        jwt.JWTClaimsRegistry(
            now=lambda: int(rt.now().timestamp()), leeway=LEEWAY,
            iss={"essential": True, "value": ours.oidc_issuer},
            aud={"essential": True, "value": ours.oidc_client_id},
            sub={"essential": True}, exp={"essential": True}, iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(read.claims)  # fmt: skip
    except (JoseError, ValueError) as error:
        raise NotProven(f"{type(error).__name__}: {error}") from None
    claims: Mapping[str, Any] = read.claims
    # A token for several must say that it was given to us (OpenID Connect Core, 3.1.3.7, 4 and 5).
    if claims.get("azp", ours.oidc_client_id) != ours.oidc_client_id:
        raise NotProven("azp: the token was given to another client")
    return claims


def _keys(rt: Runtime, token: str) -> KeySet:
    """The issuer's keys; asked for anew when the token names one we do not know."""
    from joserfc.jwk import KeySet

    named = _header(token).get("kid")
    kept: dict[str, Any] = rt.kept.setdefault(_KEPT, {})
    known = kept.get("keys", {"keys": []})["keys"]
    if not known or (named and named not in {key.get("kid") for key in known}):
        found = _fetched(_described(rt)["jwks_uri"]).get("keys")
        if not isinstance(found, list) or not all(isinstance(key, dict) for key in found):
            raise IssuerAway("the issuer published no keys")
        kept["keys"] = {"keys": found}
    return KeySet.import_key_set(kept["keys"])


def _header(token: str) -> dict[str, Any]:
    part = token.partition(".")[0]
    read = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    if not isinstance(read, dict):
        raise ValueError("the token has no header")
    return read


def _described(rt: Runtime) -> Mapping[str, str]:
    """The issuer's own description, kept by this process until it is started again."""
    kept: dict[str, Any] = rt.kept.setdefault(_KEPT, {})
    if "described" not in kept:
        issuer = rt.settings.oidc_issuer
        found = _fetched(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        places = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        scheme = issuer.partition(":")[0]
        if found.get("issuer") != issuer or not all(
            str(found.get(place, "")).startswith(f"{scheme}:") for place in places
        ):
            raise IssuerAway("OIDC_ISSUER describes another issuer, or less safe addresses")
        kept["described"] = found
    described: Mapping[str, str] = kept["described"]
    return described


def _fetched(
    url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    data = urlencode(form).encode() if form is not None else None
    asked = urllib.request.Request(url, data, {"Accept": "application/json", **(headers or {})})
    try:
        with _OPENER.open(asked, timeout=PATIENCE) as answer:
            read = json.loads(answer.read(LARGEST))
    except urllib.error.HTTPError as error:
        error.close()
        if form is not None and error.code in (400, 401, 403):
            raise NotProven(f"the issuer refused the code ({error.code})") from None
        raise IssuerAway(f"the issuer answered {error.code}") from None
    except (OSError, ValueError) as error:
        raise IssuerAway(f"the issuer cannot be asked ({type(error).__name__})") from None
    if not isinstance(read, dict):
        raise IssuerAway("the issuer answered no object")
    return read


class _Nowhere(urllib.request.HTTPRedirectHandler):
    """An issuer's own addresses lead nowhere else: a redirect is an error."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_Nowhere)


def _basic(rt: Runtime) -> dict[str, str]:
    """Our id and secret, as RFC 6749 section 2.3.1 writes them."""
    pair = (rt.settings.oidc_client_id, rt.settings.oidc_client_secret)
    word = ":".join(quote(each, safe="") for each in pair)
    return {"Authorization": f"Basic {base64.b64encode(word.encode()).decode()}"}
