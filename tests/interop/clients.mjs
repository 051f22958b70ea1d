// A strict client of others, oauth4webapi, against what the app offers: metadata (RFC 8414), keys (RFC 7517), access tokens
// (RFC 9068), refreshing (RFC 6749), revocation (RFC 7009) and introspection (RFC 7662).

import * as oauth from 'oauth4webapi';

import { app, check, equal, finish, http, refused, settings, signIn } from './lib.mjs';

const insecure = { [oauth.allowInsecureRequests]: true };
const client = { client_id: 'first-party' };
const auth = oauth.None();
const issuer = new URL(settings.URL);
let as;

const bearer = (token) => new Request(app('/api/v1/auth/me'), { headers: { authorization: `Bearer ${token}` } });
const validate = (token) => oauth.validateJwtAccessToken(as, bearer(token), settings.AUDIENCE, insecure);
const me = async (token) => (await http(app('/api/v1/auth/me'), { headers: { authorization: `Bearer ${token}` } })).status;

async function refresh(token) {
  const response = await oauth.refreshTokenGrantRequest(as, client, auth, token, insecure);
  return oauth.processRefreshTokenResponse(as, client, response);
}

async function revoke(token, options = {}) {
  const response = await oauth.revocationRequest(as, client, auth, token, { ...insecure, ...options });
  return oauth.processRevocationResponse(response);
}

async function introspect(token, by) {
  // RFC 7662, section 2.1: the endpoint is protected; ours takes an access token of an admin.
  const bearing = (_as, _client, _body, headers) => headers.set('authorization', `Bearer ${by}`);
  const response = await oauth.introspectionRequest(as, client, bearing, token, insecure);
  return oauth.processIntrospectionResponse(as, client, response);
}

await check('discovery: the metadata are those of the issuer (RFC 8414)', async () => {
  const response = await oauth.discoveryRequest(issuer, { ...insecure, algorithm: 'oauth2' });
  as = await oauth.processDiscoveryResponse(issuer, response);
  for (const endpoint of ['token_endpoint', 'revocation_endpoint', 'introspection_endpoint', 'jwks_uri']) {
    equal(new URL(as[endpoint]).origin, issuer.origin, endpoint);
  }
});

await check('discovery: the metadata are not those of another issuer', async () => {
  const response = await oauth.discoveryRequest(issuer, { ...insecure, algorithm: 'oauth2' });
  await refused(() => oauth.processDiscoveryResponse(new URL('https://other.example'), response));
});

const first = await signIn();

await check('access token: the profile of RFC 9068, signature and all', async () => {
  const claims = await validate(first.access_token);
  equal(typeof claims.sub, 'string');
  equal(claims.exp - claims.iat, 1800, 'lifetime');
});

await check('access token: for another audience it is refused', async () => {
  await refused(() => oauth.validateJwtAccessToken(as, bearer(first.access_token), 'other', insecure));
});

await check('access token: changed in one character it is refused', async () => {
  const [header, payload, signature] = first.access_token.split('.');
  const other = signature.startsWith('A') ? 'B' : 'A';
  await refused(() => validate(`${header}.${payload}.${other}${signature.slice(1)}`));
});

await check('password grant: the answer is that of RFC 6749', async () => {
  // The metadata do not offer it (RFC 9700, section 2.4), so the request is made by hand and the answer read by the client.
  const body = new URLSearchParams({ grant_type: 'password', username: settings.EMAIL, password: settings.PASSWORD });
  const response = await fetch(app('/api/v1/auth/login'), { method: 'POST', body });
  const tokens = await oauth.processGenericTokenEndpointResponse(as, client, response);
  equal(tokens.token_type, 'bearer');
  equal(tokens.expires_in, 1800);
  await validate(tokens.access_token);
});

let second;
await check('refresh: a new pair, and the new access token holds', async () => {
  second = await refresh(first.refresh_token);
  equal(second.token_type, 'bearer');
  equal(typeof second.refresh_token, 'string');
  if (second.refresh_token === first.refresh_token) throw new Error('the refresh token is the same');
  await validate(second.access_token);
  equal(await me(second.access_token), 200);
});

await check('refresh: a token that never was is invalid_grant', async () => {
  const error = await refused(() => refresh('A'.repeat(43)));
  equal(error.error, 'invalid_grant', 'error');
});

await check('token endpoint: another grant is unsupported_grant_type', async () => {
  const response = await oauth.genericTokenEndpointRequest(as, client, auth, 'client_credentials', {}, insecure);
  const error = await refused(() => oauth.processGenericTokenEndpointResponse(as, client, response));
  equal(error.error, 'unsupported_grant_type', 'error');
});

await check('token endpoint: without a token it is invalid_request', async () => {
  const response = await oauth.genericTokenEndpointRequest(as, client, auth, 'refresh_token', {}, insecure);
  const error = await refused(() => oauth.processGenericTokenEndpointResponse(as, client, response));
  equal(error.error, 'invalid_request', 'error');
});

await check('token endpoint: nothing of it may be kept (RFC 6749, section 5.1)', async () => {
  const response = await oauth.refreshTokenGrantRequest(as, client, auth, second.refresh_token, insecure);
  equal(response.headers.get('cache-control'), 'no-store');
  second = await oauth.processRefreshTokenResponse(as, client, response);
});

const admin = (await signIn(settings.ADMIN_EMAIL)).access_token;

await check('introspection: an access token, its claims (RFC 7662)', async () => {
  const found = await introspect(second.access_token, admin);
  const claims = await validate(second.access_token);
  equal(found.active, true, 'active');
  for (const claim of ['iss', 'sub', 'aud', 'exp', 'client_id']) {
    equal(JSON.stringify(found[claim]), JSON.stringify(claims[claim]), claim);
  }
  equal(found.token_type, 'Bearer', 'token_type');
});

await check('introspection: a refresh token', async () => {
  const found = await introspect(second.refresh_token, admin);
  equal(found.active, true, 'active');
  equal(found.client_id, 'first-party', 'client_id');
});

await check('introspection: what is no token is not active and says no more', async () => {
  const found = await introspect('nonsense', admin);
  equal(JSON.stringify(found), '{"active":false}', 'answer');
});

await check('introspection: an ordinary person may not ask, and is told how (RFC 6750)', async () => {
  const error = await refused(() => introspect(second.access_token, second.access_token));
  if (!/403/.test(`${error.message} ${error.status} ${error.cause?.status ?? ''}`)) throw error;
});

await check('introspection: nobody may ask without a token: 401 and a challenge (RFC 6750, section 3)', async () => {
  const response = await oauth.introspectionRequest(as, client, auth, second.access_token, insecure);
  const error = await refused(() => oauth.processIntrospectionResponse(as, client, response));
  equal(error.constructor.name, 'WWWAuthenticateChallengeError', 'error');
  equal(error.cause[0].scheme, 'bearer', 'scheme');
});

await check('revocation: of a refresh token ends its access tokens too (RFC 7009)', async () => {
  await revoke(second.refresh_token, { additionalParameters: { token_type_hint: 'refresh_token' } });
  equal(await me(second.access_token), 401, 'status');
  equal((await introspect(second.access_token, admin)).active, false, 'access token active');
  equal((await introspect(second.refresh_token, admin)).active, false, 'refresh token active');
  const error = await refused(() => refresh(second.refresh_token));
  equal(error.error, 'invalid_grant', 'error');
});

await check('revocation: of an access token, with the wrong hint', async () => {
  const third = await signIn();
  await revoke(third.access_token, { additionalParameters: { token_type_hint: 'refresh_token' } });
  equal(await me(third.access_token), 401, 'status');
});

await check('revocation: a token that is unknown is as good as revoked', () => revoke('nonsense'));

await check('revocation: without a token it is invalid_request', async () => {
  const response = await http(as.revocation_endpoint, { method: 'POST', body: new URLSearchParams({ a: 'b' }) });
  equal(response.status, 400, 'status');
  equal(response.json.error, 'invalid_request', 'error');
});

await check('refused access token: 401 with a challenge that the client reads (RFC 6750)', async () => {
  const error = await refused(() =>
    oauth.protectedResourceRequest(first.access_token, 'GET', new URL(app('/api/v1/auth/me')), undefined, undefined, insecure),
  );
  equal(error.constructor.name, 'WWWAuthenticateChallengeError', 'error');
  equal(error.cause[0].parameters.error, 'invalid_token', 'error');
});

finish();
