"""Strict clients of others, authlib and joserfc, against what the app offers: metadata (RFC 8414), keys (RFC 7517), access tokens
(RFC 9068), refreshing (RFC 6749), revocation (RFC 7009) and introspection (RFC 7662)."""

import os
import sys

# The app answers on the loopback interface without TLS.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc6750 import InvalidTokenError
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from joserfc.jws import JWSRegistry

# joserfc takes neither EdDSA (RFC 8037) nor its newer name Ed25519 (RFC 9864) from a caller who names no algorithms, which is what
# authlib's validator does.
JWSRegistry.recommended.append("EdDSA")

URL, AUDIENCE, PASSWORD = (os.environ[f"REALCARE_{name}"] for name in ("URL", "AUDIENCE", "PASSWORD"))
PERSON, ADMIN = os.environ["REALCARE_EMAIL"], os.environ["REALCARE_ADMIN_EMAIL"]
PATIENCE = 20
counts = {"ok": 0, "FAILED": 0}


def check(name):
    """Runs one case and prints a line of it."""

    def run(work):
        try:
            work()
            result, why = "ok", ""
        except Exception as error:  # Whatever goes wrong is the case's result.
            result, why = "FAILED", f": {type(error).__name__} {error}".replace("\n", " ")
        counts[result] += 1
        print(f"{result} {name}{why}")
        return work

    return run


def equal(found, wanted, what="value"):
    assert found == wanted, f"{what} is {found!r}, wanted {wanted!r}"


def refused(kind, work):
    try:
        found = work()
    except kind as error:
        return error
    raise AssertionError(f"it was accepted: {found!r}")


def sign_in(email):
    answer = requests.post(
        f"{URL}/api/v1/auth/login", json={"email": email, "password": PASSWORD}, timeout=PATIENCE
    )
    answer.raise_for_status()
    return answer.json()


def me(token):
    headers = {"authorization": f"Bearer {token}"}
    return requests.get(f"{URL}/api/v1/auth/me", headers=headers, timeout=PATIENCE).status_code


metadata = AuthorizationServerMetadata(
    requests.get(get_well_known_url(URL, external=True), timeout=PATIENCE).json()
)
jwks = requests.get(metadata["jwks_uri"], timeout=PATIENCE).json()
keys = KeySet.import_key_set(jwks)


def session(token=None):
    made = OAuth2Session(
        client_id="first-party",
        token_endpoint_auth_method="none",
        revocation_endpoint_auth_method="none",
        token=token,
    )
    made.headers["accept"] = "application/json"
    return made


class Validator(JWTBearerTokenValidator):
    def get_jwks(self):
        return jwks


def validate(token, audience=AUDIENCE):
    validator = Validator(issuer=metadata["issuer"], resource_server=audience)
    found = validator.authenticate_token(token)
    validator.validate_token(found, None, None)
    return found


def introspect(token, by):
    headers = {"authorization": f"Bearer {by}"}
    answer = session().introspect_token(
        metadata["introspection_endpoint"], token=token, auth=lambda request: request, headers=headers
    )
    answer.raise_for_status()
    return answer.json()


@check("metadata: every rule of RFC 8414 that authlib knows")
def _():
    equal(metadata["issuer"], URL, "issuer")
    metadata.validate()


@check("keys: Ed25519 for signing, by their ids (RFC 8037, RFC 7517)")
def _():
    for key in keys.keys:
        assert isinstance(key, OKPKey) and not key.is_private and key.kid, key
        equal(key.get("crv"), "Ed25519", "crv")
        equal(key.get("use"), "sig", "use")


first = sign_in(PERSON)


@check("access token: joserfc verifies the signature with the algorithm pinned")
def _():
    token = jwt.decode(first["access_token"], keys, algorithms=["EdDSA"])
    equal(token.header["typ"], "at+jwt", "typ")
    registry = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": URL}, aud={"essential": True, "value": AUDIENCE}, exp={"essential": True}
    )
    registry.validate(token.claims)


@check("access token: under another algorithm joserfc refuses it")
def _():
    refused(JoseError, lambda: jwt.decode(first["access_token"], keys, algorithms=["RS256"]))


@check("access token: the profile of RFC 9068 as authlib reads it")
def _():
    validate(first["access_token"])


@check("access token: for another audience authlib refuses it")
def _():
    refused(InvalidTokenError, lambda: validate(first["access_token"], "other"))


@check("password grant: the answer is that of RFC 6749")
def _():
    token = session().fetch_token(
        f"{URL}/api/v1/auth/login", grant_type="password", username=PERSON, password=PASSWORD
    )
    equal(token["token_type"], "Bearer", "token_type")
    validate(token["access_token"])


@check("password grant: a wrong password gives no token")
def _():
    # The answer is a problem document (RFC 9457) as everywhere but at the token endpoint, so authlib finds no token in it.
    token = session().fetch_token(
        f"{URL}/api/v1/auth/login", grant_type="password", username=PERSON, password="no"
    )
    assert "access_token" not in (token or {}), token


second = {}


@check("refresh: a new pair, and the new access token holds")
def _():
    client = session(first)
    token = client.refresh_token(metadata["token_endpoint"], refresh_token=first["refresh_token"])
    second.update(token)
    assert token["refresh_token"] != first["refresh_token"], "the refresh token is the same"
    validate(token["access_token"])
    equal(me(token["access_token"]), 200, "status")


@check("refresh: a token that never was is invalid_grant")
def _():
    error = refused(
        OAuthError, lambda: session(first).refresh_token(metadata["token_endpoint"], refresh_token="A" * 43)
    )
    equal(error.error, "invalid_grant", "error")


admin = sign_in(ADMIN)["access_token"]


@check("introspection: an access token and a refresh token are active (RFC 7662)")
def _():
    for token in (second["access_token"], second["refresh_token"]):
        found = introspect(token, admin)
        equal(found["active"], True, "active")
        equal(found["iss"], URL, "iss")


@check("introspection: what is no token is not active and says no more")
def _():
    equal(introspect("nonsense", admin), {"active": False}, "answer")


@check("revocation: of a refresh token ends its access tokens too (RFC 7009)")
def _():
    answer = session().revoke_token(
        metadata["revocation_endpoint"], token=second["refresh_token"], token_type_hint="refresh_token"
    )
    equal(answer.status_code, 200, "status")
    equal(me(second["access_token"]), 401, "status")
    for token in (second["access_token"], second["refresh_token"]):
        equal(introspect(token, admin), {"active": False}, "answer")


@check("revocation: a token that is unknown is as good as revoked")
def _():
    answer = session().revoke_token(metadata["revocation_endpoint"], token="nonsense")
    equal(answer.status_code, 200, "status")


print(f"{counts['ok']} passed, {counts['FAILED']} failed")
sys.exit(1 if counts["FAILED"] else 0)
