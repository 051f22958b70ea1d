// What the scripts share: cases that are counted, a small HTTP client, and people of the app.

import { createHash, randomBytes } from 'node:crypto';

/** Where the app answers, an admin and an ordinary person of it: set by `cargo xtask interop`. */
export const settings = Object.fromEntries(
  ['URL', 'STAND_IN', 'AUDIENCE', 'EMAIL', 'ADMIN_EMAIL', 'PASSWORD'].map((name) => {
    const value = process.env[`REALCARE_${name}`];
    if (!value) throw new Error(`REALCARE_${name} is not set: run \`cargo xtask interop\``);
    return [name, value];
  }),
);

export const app = (path) => `${settings.URL}${path}`;

/** Longer than any request takes: nothing here may hang. */
const PATIENCE = 20_000;

let passed = 0;
let failed = 0;

/** Runs one case and prints a line of it. */
export async function check(name, work) {
  try {
    await work();
    passed += 1;
    console.log(`ok ${name}`);
  } catch (error) {
    failed += 1;
    const cause = error.cause ? ` (${describe(error.cause)})` : '';
    console.log(`FAILED ${name}: ${describe(error)}${cause}`.replaceAll('\n', ' '));
  }
}

function describe(value) {
  if (value instanceof Error) return `${value.code ?? value.name} ${value.message}`;
  try {
    return JSON.stringify(value).slice(0, 400);
  } catch {
    return String(value);
  }
}

/** Prints the counts and ends the process: a server that still listens must not keep it. */
export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

export function equal(found, wanted, what = 'value') {
  if (found !== wanted) throw new Error(`${what} is ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`);
}

/** The work is refused; gives the error. */
export async function refused(work) {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('it was accepted');
}

/** A request that follows no redirect. */
export async function http(url, options = {}) {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE), ...options });
  const text = await response.text();
  let json = null;
  try {
    json = JSON.parse(text);
  } catch {
    // Not every answer is JSON.
  }
  return { status: response.status, headers: response.headers, text, json };
}

export const post = (path, body) =>
  http(app(path), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Signs in with a password. */
export async function signIn(email = settings.EMAIL) {
  const answer = await post('/api/v1/auth/login', { email, password: settings.PASSWORD });
  equal(answer.status, 200, 'status of the sign-in');
  return answer.json;
}

/** A verifier and its S256 challenge (RFC 7636). */
export function pkce() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}
