// Authorization servers of others in the place of the providers: `oidc-provider` as Google, strict in what it takes and gives, and
// `oauth2-mock-server` as Kakao, which can be told to lie.

import { createServer } from 'node:http';
import { generateKeyPairSync, randomBytes } from 'node:crypto';

import { OAuth2Issuer, OAuth2Service } from 'oauth2-mock-server';

import { app, check, equal, finish, http, pkce, post, settings } from './lib.mjs';

// It says on every start that its forms and its memory are for development only, which is what they are here for.
console.warn = console.info = () => {};
const { default: Provider } = await import('oidc-provider');

const ISSUER = { google: `${settings.STAND_IN}/google`, kakao: `${settings.STAND_IN}/kakao` };

// --- Google ---------------------------------------------------------------------------------------------------------------

/** Who signs in there, by the name typed into its form. */
const people = new Map();

function google() {
  const kid = randomBytes(6).toString('hex');
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  return new Provider(ISSUER.google, {
    jwks: { keys: [{ ...key, kid, use: 'sig', alg: 'RS256' }] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    clients: [
      {
        client_id: 'google-client',
        client_secret: 'google-secret',
        redirect_uris: [app('/api/v1/auth/google/callback')],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_post',
        id_token_signed_response_alg: 'RS256',
      },
    ],
    pkce: { required: () => true },
    // Google writes the claims into the ID token.
    conformIdTokenClaims: false,
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people.get(id) }) }),
    issueRefreshToken: () => true,
    routes: { authorization: '/authorize', token: '/token', jwks: '/keys' },
    features: { devInteractions: { enabled: true } },
    ttl: { AccessToken: 3600, AuthorizationCode: 60, Grant: 3600, IdToken: 3600, Interaction: 600, RefreshToken: 3600, Session: 600 },
  });
}

let strict = google();
const seen = [];
strict.on('grant.error', (_, error) => seen.push(`${error.error_description} ${error.error_detail}`));

// --- Kakao ----------------------------------------------------------------------------------------------------------------

const issuer = new OAuth2Issuer();
issuer.url = ISSUER.kakao;
await issuer.keys.generate('RS256', { kid: 'kakao-1' });
const kakao = new OAuth2Service(issuer, {
  authorize: '/kakao/authorize',
  token: '/kakao/token',
  jwks: '/kakao/keys',
  userinfo: '/kakao/profile',
});
const lie = { claims: () => ({}), grant: () => {}, profile: {}, code: (url) => url };
const person = { id: 0, email: '' };

kakao.on('beforeTokenSigning', ({ payload }) => Object.assign(payload, { sub: String(person.id), ...lie.claims(payload) }));
kakao.on('beforeResponse', ({ body }) => lie.grant(body));
kakao.on('beforeAuthorizeRedirect', ({ url }) => lie.code(url));
kakao.on('beforeUserinfo', (answer) => {
  // The shape of https://developers.kakao.com/docs/latest/en/kakaologin/rest-api#req-user-info
  answer.body = {
    id: person.id,
    connected_at: '2026-01-02T03:04:05Z',
    kakao_account: {
      profile_nickname_needs_agreement: false,
      profile: { nickname: '민지', is_default_nickname: false },
      has_email: true,
      email_needs_agreement: false,
      is_email_valid: true,
      is_email_verified: true,
      email: person.email,
      ...lie.profile,
    },
  };
});

const server = createServer((request, response) => {
  if (request.url.startsWith('/google/')) {
    // As a framework mounts it: the provider derives its own addresses from both.
    request.originalUrl = request.url;
    request.url = request.url.slice('/google'.length);
    return strict.callback()(request, response);
  }
  return kakao.requestHandler(request, response);
});
await new Promise((done) => server.listen(Number(new URL(settings.STAND_IN).port), '127.0.0.1', done));

// --- A browser ------------------------------------------------------------------------------------------------------------

/** Keeps cookies by name and path and follows redirects until the app's callback or a page. */
class Browser {
  #cookies = new Map();

  async ask(url, options = {}) {
    const path = new URL(url).pathname;
    const sent = [...this.#cookies.values()].filter((cookie) => path.startsWith(cookie.path));
    const headers = { ...options.headers, cookie: sent.map((cookie) => `${cookie.name}=${cookie.value}`).join('; ') };
    const answer = await http(url, { ...options, headers });
    for (const line of answer.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split(';').map((part) => part.trim());
      const name = pair.slice(0, pair.indexOf('='));
      const found = attributes.find((attribute) => attribute.toLowerCase().startsWith('path='));
      const cookie = { name, value: pair.slice(name.length + 1), path: found?.slice(5) ?? '/' };
      if (cookie.value === '' || attributes.some((attribute) => /^max-age=0$/i.test(attribute))) {
        this.#cookies.delete(`${name} ${cookie.path}`);
      } else {
        this.#cookies.set(`${name} ${cookie.path}`, cookie);
      }
    }
    return answer;
  }

  /** Begins at ours; gives where the provider wants it. */
  async begin(provider) {
    const { verifier, challenge } = pkce();
    this.verifier = verifier;
    const answer = await this.ask(app(`/api/v1/auth/${provider}?code_challenge=${challenge}&code_challenge_method=S256`));
    equal(answer.status, 302, 'status of the start');
    return new URL(answer.headers.get('location'));
  }

  /** Goes through the provider's forms; gives the address of our callback, not yet asked for. */
  async pass(location, login = 'nobody') {
    let url = location;
    for (let step = 0; step < 12; step += 1) {
      if (url.href.startsWith(app('/api/v1/auth/'))) return url;
      let answer = await this.ask(url);
      if (answer.status === 200) {
        const [, action] = /action="([^"]+)"/.exec(answer.text) ?? [];
        const [, prompt] = /name="prompt" value="([^"]+)"/.exec(answer.text) ?? [];
        if (!action) throw new Error(`no form: ${answer.text.slice(0, 300)}`);
        const body = new URLSearchParams({ prompt, ...(prompt === 'login' ? { login, password: 'any' } : {}) });
        answer = await this.ask(new URL(action, url), { method: 'POST', body });
      }
      const next = answer.headers.get('location');
      if (!next) throw new Error(`${answer.status} instead of a redirect: ${answer.text.slice(0, 300)}`);
      url = new URL(next, url);
    }
    throw new Error('the provider never came back');
  }
}

function refusedBy(answer, status, code) {
  equal(answer.status, status, 'status');
  equal(answer.json.code, code, 'code');
}

/** The whole visit; gives the tokens of our session. */
async function visit(provider, login) {
  const browser = new Browser();
  const arrived = await browser.ask(await browser.pass(await browser.begin(provider), login));
  equal(arrived.status, 200, `status of the callback (${arrived.text})`);
  const exchange = { code: arrived.json.code, code_verifier: browser.verifier };
  const tokens = await post('/api/v1/auth/social/exchange', exchange);
  equal(tokens.status, 200, 'status of the exchange');
  refusedBy(await post('/api/v1/auth/social/exchange', exchange), 400, 'invalid_sign_in_code');
  return tokens.json;
}

/** What the callback says when something is done to its address, or to the one of the provider. */
async function tampered(provider, { before = () => {}, after = () => {} }) {
  const browser = new Browser();
  const location = await browser.begin(provider);
  before(location);
  const back = await browser.pass(location, someone());
  after(back);
  return browser.ask(back);
}

function someone(verified = true) {
  const id = randomBytes(6).toString('hex');
  people.set(id, { email: `${id}@example.com`, email_verified: verified, name: 'Minji Kim' });
  Object.assign(person, { id: Number.parseInt(id.slice(0, 8), 16) + 1, email: `k.${id}@example.com` });
  return id;
}

const me = (tokens) => http(app('/api/v1/auth/me'), { headers: { authorization: `Bearer ${tokens.access_token}` } });

/** Tells the mock to lie for the length of one case. */
async function lying(lies, work) {
  const honest = { ...lie };
  Object.assign(lie, lies);
  try {
    await work();
  } finally {
    Object.assign(lie, honest);
  }
}

const invalid = async (provider, tampering) =>
  refusedBy(await tampered(provider, tampering ?? {}), 502, 'provider_answer_invalid');

await check('oidc-provider: PKCE, nonce, consent, code, ID token: a session', async () => {
  const login = someone();
  const answer = await me(await visit('google', login));
  equal(answer.json.email, `${login}@example.com`, 'address');
  // The second time it is the same person.
  const again = await me(await visit('google', login));
  equal(again.json.id, answer.json.id, 'id');
});

await check('oidc-provider: an address that is not verified needs a proof', async () => {
  const browser = new Browser();
  const arrived = await browser.ask(await browser.pass(await browser.begin('google'), someone(false)));
  equal(arrived.json.status, 'proof_required', 'status');
});

await check('oidc-provider: a wrong state is refused', async () => {
  const after = (url) => url.searchParams.set('state', randomBytes(32).toString('base64url'));
  refusedBy(await tampered('google', { after }), 400, 'invalid_sign_in_state');
});

await check('oidc-provider: a state of another browser is refused', async () => {
  const browser = new Browser();
  const back = await browser.pass(await browser.begin('google'), someone());
  refusedBy(await new Browser().ask(back), 400, 'invalid_sign_in_state');
});

await check('oidc-provider: coming back twice is refused', async () => {
  const browser = new Browser();
  const back = await browser.pass(await browser.begin('google'), someone());
  equal((await browser.ask(back)).status, 200, 'status');
  refusedBy(await browser.ask(back), 400, 'invalid_sign_in_state');
});

await check('oidc-provider: a code that was used is refused by it, and told so', async () => {
  const browser = new Browser();
  const first = await browser.pass(await browser.begin('google'), someone());
  equal((await browser.ask(first)).status, 200, 'status');
  await invalid('google', { after: (url) => url.searchParams.set('code', first.searchParams.get('code')) });
});

await check('oidc-provider: a code of another visit is refused by PKCE', async () => {
  const other = new Browser();
  const stolen = await other.pass(await other.begin('google'), someone());
  seen.length = 0;
  await invalid('google', { after: (url) => url.searchParams.set('code', stolen.searchParams.get('code')) });
  equal(seen.some((text) => /code_verifier/.test(text)), true, `PKCE was the reason (${seen})`);
});

await check('oidc-provider: a nonce of another visit is refused', () =>
  invalid('google', { before: (url) => url.searchParams.set('nonce', randomBytes(32).toString('base64url')) }));

await check('oidc-provider: a callback of another issuer is refused (RFC 9207)', async () => {
  const after = (url) => {
    equal(url.searchParams.get('iss'), ISSUER.google, 'iss');
    url.searchParams.set('iss', 'https://attacker.example');
  };
  await invalid('google', { after });
});

await check('oidc-provider: somebody who declines is told so', async () => {
  const browser = new Browser();
  let url = await browser.begin('google');
  for (let step = 0; step < 3; step += 1) {
    const answer = await browser.ask(url);
    const [, abort] = /href="([^"]+abort)"/.exec(answer.text) ?? [];
    url = new URL(abort ?? answer.headers.get('location'), url);
    if (abort) break;
  }
  refusedBy(await browser.ask(await browser.pass(url)), 400, 'consent_denied');
});

await check('oidc-provider: new keys between two sign-ins', async () => {
  await visit('google', someone());
  strict = google();
  await visit('google', someone());
});

await check('oauth2-mock-server: the whole visit as Kakao, with its profile: a session', async () => {
  someone();
  const answer = await me(await visit('kakao'));
  equal(answer.json.email, person.email, 'address');
});

for (const flags of [{ is_email_verified: false }, { is_email_valid: false }]) {
  await check(`oauth2-mock-server: ${Object.keys(flags)} false needs a proof`, () =>
    lying({ profile: flags }, async () => {
      equal((await tampered('kakao', {})).json.status, 'proof_required', 'status');
    }));
}

const now = () => Math.floor(Date.now() / 1000);
const lies = {
  'a wrong issuer': () => ({ iss: ISSUER.google }),
  'a wrong audience': () => ({ aud: 'another-client' }),
  'several audiences without a party': () => ({ aud: ['kakao-client', 'another-client'] }),
  'another party': () => ({ azp: 'another-client' }),
  'a wrong nonce': () => ({ nonce: 'another' }),
  'no nonce': () => ({ nonce: undefined }),
  'an end long ago': () => ({ iat: now() - 7200, nbf: now() - 7200, exp: now() - 3600 }),
  'an end just past the leeway': () => ({ exp: now() - 40 }),
  'a beginning in the future': () => ({ nbf: now() + 3600, iat: now() + 3600, exp: now() + 7200 }),
  'another subject than the profile': () => ({ sub: '1' }),
  'no subject': () => ({ sub: undefined }),
};
for (const [name, claims] of Object.entries(lies)) {
  await check(`oauth2-mock-server: an ID token with ${name} is refused`, () =>
    lying({ claims: (payload) => (payload.aud ? claims() : {}) }, () => invalid('kakao')));
}

await check('oauth2-mock-server: an ID token that ended within the leeway holds', () =>
  lying({ claims: (payload) => (payload.aud ? { exp: now() - 10 } : {}) }, () => visit('kakao', someone())));

// Before anything names a key that nobody has: after that the keys are read again once a minute only.
await check('oauth2-mock-server: a new key between two sign-ins', async () => {
  await visit('kakao', someone());
  await issuer.keys.generate('RS256', { kid: `kakao-${now()}` });
  // It takes turns with its keys, so two visits use both.
  await visit('kakao', someone());
  await visit('kakao', someone());
});

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const reheaded = (header) => (body) => {
  const [, payload, signature] = body.id_token.split('.');
  body.id_token = `${encode(header)}.${payload}.${header.alg === 'none' ? '' : signature}`;
};
const grants = {
  'alg none': reheaded({ alg: 'none', kid: 'kakao-1' }),
  'alg None': reheaded({ alg: 'None', kid: 'kakao-1' }),
  'alg HS256': reheaded({ alg: 'HS256', kid: 'kakao-1' }),
  'an unknown kid': reheaded({ alg: 'RS256', kid: 'unknown' }),
  'no kid': reheaded({ alg: 'RS256' }),
};
for (const [name, grant] of Object.entries(grants)) {
  await check(`oauth2-mock-server: an ID token with ${name} is refused`, () => lying({ grant }, () => invalid('kakao')));
}

await check('oauth2-mock-server: no ID token is refused', () =>
  lying({ grant: (body) => delete body.id_token }, () => invalid('kakao')));

finish();
