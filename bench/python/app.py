"""Two endpoints of RealCare in FastAPI, to compare with: the same token, revocation, limit, statement, headers and log line.

Written as the documentation of FastAPI, SQLAlchemy, redis-py and PyJWT recommends: dependencies, response models, one engine and one
client for the life of the process, one pipeline per request. Where there is a choice, the faster one: Core instead of the ORM, a plain
ASGI middleware instead of BaseHTTPMiddleware. `cargo xtask bench --only python` starts it.
"""

import base64
import json
import os
import sys
import time
import uuid
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import jwt
import redis.asyncio as redis
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

ISSUER = os.environ["SPIN_VARIABLE_PUBLIC_URL"]
AUDIENCE = "realcare"
LEEWAY = 30
WINDOW = 60
LIMIT = 1_000_000_000
# Ours keeps verified tokens; PyJWT's documentation does not say to. Both are measured.
KEEPS_TOKENS = os.environ.get("BENCH_KEEPS_TOKENS") == "1"
KEPT = 512

SECURITY = [
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"strict-transport-security", b"max-age=63072000; includeSubDomains"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (
        b"permissions-policy",
        b"accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()",
    ),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
]


def verifying_keys() -> dict[str, Ed25519PublicKey]:
    """The public keys by their ids, from the variable that the components read."""
    keys = {}
    for pair in os.environ["SPIN_VARIABLE_VERIFYING_KEYS"].split(","):
        key_id, public = pair.split(":")
        raw = base64.urlsafe_b64decode(public + "=" * (-len(public) % 4))
        keys[key_id] = Ed25519PublicKey.from_public_bytes(raw)
    return keys


KEYS = verifying_keys()
STATEMENTS = json.loads(os.environ["SPIN_VARIABLE_BENCH_STATEMENTS"])
READ = text(STATEMENTS["read"]["text"].replace("$", ":p"))


@asynccontextmanager
async def lifespan(app: FastAPI):
    """One client and one engine for the life of the process."""
    app.state.redis = redis.from_url(os.environ["BENCH_REDIS_URL"])
    app.state.engine = create_async_engine(os.environ["BENCH_DATABASE_URL"], pool_size=16)
    async with app.state.engine.connect() as connection:
        regions = await connection.execute(text("SELECT code, name_ko, name_en FROM regions"))
        app.state.regions = {code: (ko, en) for code, ko, en in regions}
    yield
    await app.state.engine.dispose()
    await app.state.redis.aclose()


app = FastAPI(lifespan=lifespan, openapi_url=None)
bearer = HTTPBearer(auto_error=False)


@dataclass(slots=True)
class Caller:
    """Whom a request is from, and what is left of their limit."""

    user: str
    session: str
    tier: str
    remaining: int
    reset: int


def unauthorized() -> HTTPException:
    return HTTPException(401, "The access token is not valid.", {"www-authenticate": "Bearer"})


kept: dict[str, dict[str, Any]] = {}


def verify(token: str) -> dict[str, Any]:
    """The claims of a token that counts now: algorithm, key, type, issuer, audience and times are pinned."""
    if KEEPS_TOKENS and (claims := kept.get(token)) is not None:
        if time.time() >= claims["exp"] + LEEWAY:
            raise unauthorized()
        return claims
    try:
        header = jwt.get_unverified_header(token)
        key = KEYS[header["kid"]]
        if header.get("typ") != "at+jwt":
            raise unauthorized()
        claims = jwt.decode(
            token,
            key,
            algorithms=["EdDSA"],
            audience=AUDIENCE,
            issuer=ISSUER,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "nbf", "sub", "jti", "sid", "tier", "role", "tv"]},
        )
    except (jwt.InvalidTokenError, KeyError) as error:
        raise unauthorized() from error
    if KEEPS_TOKENS:
        if len(kept) >= KEPT:
            kept.clear()
        kept[token] = claims
    return claims


async def caller(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Caller:
    """Token, revocation and limit: one pipeline."""
    if credentials is None:
        raise unauthorized()
    claims = verify(credentials.credentials)
    user, session = claims["sub"], claims["sid"]
    now = time.time()
    window, elapsed = divmod(now, WINDOW)
    current = f"limit/{int(window)}/{user}"
    async with request.app.state.redis.pipeline(transaction=False) as pipe:
        pipe.get(f"session/{session}").get(f"user/{user}").get("everybody")
        pipe.get(f"limit/{int(window) - 1}/{user}")
        pipe.incr(current).expire(current, 3 * WINDOW)
        revoked, lowest, lowest_of_all, before, count, _ = await pipe.execute()
    version = claims["tv"]
    if revoked is not None or version < int(lowest or 0) or version < int(lowest_of_all or 0):
        raise unauthorized()
    weighted = int(before or 0) * (WINDOW - elapsed) / WINDOW + count
    reset = WINDOW - int(elapsed)
    if weighted > LIMIT:
        await request.app.state.redis.decr(current)
        raise HTTPException(429, "Too many requests.", {"retry-after": str(reset)})
    request.scope["caller"] = (user, session)
    return Caller(user, session, claims["tier"], int(LIMIT - weighted), reset)


SignedIn = Annotated[Caller, Depends(caller)]


def limited(response: Response, who: Caller) -> None:
    """The headers that tell of the limit."""
    response.headers["ratelimit-policy"] = f'"{who.tier}";q={LIMIT};w={WINDOW}'
    response.headers["ratelimit"] = f'"{who.tier}";r={who.remaining};t={who.reset}'
    response.headers["x-ratelimit-limit"] = str(LIMIT)
    response.headers["x-ratelimit-remaining"] = str(who.remaining)
    response.headers["x-ratelimit-reset"] = str(who.reset)


class RateLimit(BaseModel):
    tier: str
    limit: int
    remaining: int
    reset: int


class RegionName(BaseModel):
    ko: str
    en: str


class Signal(BaseModel):
    id: str
    owned: bool
    state: str
    intent: str
    property_type: str
    region_code: str
    region_name: RegionName | None
    address: str | None
    area_m2: float
    floor: int | None
    rooms: int | None
    asking_price: int | None
    deposit: int | None
    monthly_rent: int | None
    available_from: str | None
    description: str
    visibility: str | None
    expires_at: str | None
    version: int
    created_at: str
    updated_at: str


@app.get("/api/v1/auth/rate-limit")
async def rate_limit(who: SignedIn, response: Response) -> RateLimit:
    limited(response, who)
    return RateLimit(tier=who.tier, limit=LIMIT, remaining=who.remaining, reset=who.reset)


@app.get("/api/v1/signals/{signal_id}")
async def read_signal(signal_id: uuid.UUID, who: SignedIn, request: Request, response: Response) -> Signal:
    limited(response, who)
    now = datetime.utcnow().isoformat() + "Z"
    parameters = {"p1": who.user, "p2": str(signal_id), "p3": 0, "p4": now}
    async with request.app.state.engine.connect() as connection:
        row = (await connection.execute(READ, parameters)).first()
    if row is None:
        raise HTTPException(404, "There is no such signal.")
    owned = row[1] == who.user
    name = request.app.state.regions.get(row[5])
    response.headers["etag"] = f'"v{row[17]}"'
    return Signal(
        id=row[0],
        owned=owned,
        state=row[2],
        intent=row[3],
        property_type=row[4],
        region_code=row[5],
        region_name=name and RegionName(ko=name[0], en=name[1]),
        address=row[6] if owned else None,
        area_m2=row[7] / 100,
        floor=row[8],
        rooms=row[9],
        asking_price=row[10],
        deposit=row[11],
        monthly_rent=row[12],
        available_from=row[13],
        description=row[14],
        visibility=row[15] if owned else None,
        expires_at=row[16],
        version=row[17],
        created_at=row[18],
        updated_at=row[19],
    )


class Edge:
    """Request id, headers of every answer, and one line in the log."""

    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.inner(scope, receive, send)
        start = time.time()
        request_id = str(uuid.uuid4())
        status = 500

        async def finish(message):
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *SECURITY, (b"x-request-id", request_id.encode())]
            await send(message)

        await self.inner(scope, receive, finish)
        user, session = scope.get("caller", (None, None))
        route = scope.get("route")
        line = {
            "level": "info",
            "event": "request",
            "time": start,
            "request_id": request_id,
            "method": scope["method"],
            "route": route.path if route else "unmatched",
            "status": status,
            "latency_us": int((time.time() - start) * 1e6),
            "user_id": user,
            "session_id": session,
        }
        sys.stderr.write(json.dumps(line) + "\n")


application = Edge(app)
