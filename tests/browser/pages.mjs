// A real browser opens the pages of the component `docs` and uses them as a person would: no violation of a page's policy, nothing in its
// console, nothing from another server. Started by `cargo xtask browser`, which sets what stands in `settings`.

import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';

const settings = Object.fromEntries(
  ['URL', 'EMAIL', 'PASSWORD', 'CHROMIUM', 'PICTURES'].map((name) => {
    const value = process.env[`REALCARE_${name}`];
    if (!value) throw new Error(`REALCARE_${name} is not set: run \`cargo xtask browser\``);
    return [name, value];
  }),
);

/** Longer than any step takes: nothing here may hang. */
const PATIENCE = 30_000;

let passed = 0;
let failed = 0;

async function check(name, work) {
  try {
    await work();
    passed += 1;
    console.log(`ok ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${name}: ${error.message ?? error}`.replaceAll('\n', ' '));
  }
}

function expect(condition, message) {
  if (!condition) throw new Error(message);
}

/** A page of a fresh visitor that notes whatever a browser complains about. */
async function visit(browser, path) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const complaints = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    const address = request.url();
    const own = address.startsWith(`${settings.URL}/`) || /^(data|blob):/.test(address);
    if (!own) complaints.push(`asks another server: ${address}`);
  });
  page.on('requestfailed', (request) => complaints.push(`did not load: ${request.url()}`));
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', (event) => {
      window.violations.push(`${event.effectiveDirective} refuses ${event.blockedURI} ${event.sample}`);
    });
  });
  const answer = await page.goto(settings.URL + path);
  return {
    page,
    answer,
    /** Fails when the browser complained since the last time. */
    async quiet() {
      const violations = await page.evaluate(() => window.violations.splice(0));
      const all = [...violations, ...complaints.splice(0)];
      expect(all.length === 0, all.join('; '));
    },
    picture: (name) => page.screenshot({ path: `${settings.PICTURES}/${name}.png` }),
  };
}

/** The operation of Swagger UI, opened. */
async function operation(page, method, path) {
  const block = page.locator(`.opblock-${method}`, { has: page.locator(`[data-path="${path}"]`) }).first();
  await block.locator('.opblock-summary').first().click();
  await block.locator('.execute').waitFor();
  return block;
}

/** Sends what stands there and gives the status and the body that the page shows. */
async function execute(block) {
  // What it showed before would be taken for the answer.
  const clear = block.locator('.btn-clear');
  if (await clear.count()) await clear.click();
  await block.locator('.execute').click();
  const row = block.locator('.live-responses-table tr.response');
  await row.locator('.response-col_status').waitFor();
  const status = (await row.locator('.response-col_status').first().innerText()).trim();
  const body = await row.locator('.highlight-code code').first().innerText();
  return { status, body };
}

async function tryIt(browser) {
  let visitor;
  await check('/docs opens without a complaint of the browser', async () => {
    visitor = await visit(browser, '/docs');
    expect(visitor.answer.status() === 200, `status ${visitor.answer.status()}`);
    await visitor.page.locator('.opblock').first().waitFor();
    expect((await visitor.page.locator('.opblock').count()) > 1, 'no operations are shown');
    await visitor.picture('docs');
    await visitor.quiet();
  });
  if (!visitor) return;
  const { page } = visitor;

  await check('/docs without a token shows the refusal', async () => {
    const block = await operation(page, 'get', '/api/v1/auth/me');
    const { status, body } = await execute(block);
    expect(status.startsWith('401') && body.includes('authentication_required'), `${status} ${body}`);
    await block.locator('.opblock-summary').first().click();
    // The browser itself tells of every answer that is an error; that one is wanted.
    await visitor.quiet().catch((error) => expect(/status of 401/.test(error.message), error.message));
  });

  let token;
  await check('/docs signs a person in by trying the route', async () => {
    const block = await operation(page, 'post', '/api/v1/auth/login');
    await block
      .locator('textarea.body-param__text')
      .fill(JSON.stringify({ email: settings.EMAIL, password: settings.PASSWORD }));
    const { status, body } = await execute(block);
    expect(status.startsWith('200'), `${status} ${body}`);
    token = JSON.parse(body).access_token;
    expect(typeof token === 'string' && token.split('.').length === 3, 'no access token in the answer');
    await visitor.quiet();
  });

  await check('/docs takes the token for whoever authorizes', async () => {
    expect(token, 'there is no token');
    await page.locator('.auth-wrapper .authorize').first().click();
    const dialog = page.locator('.modal-ux');
    await dialog.locator('input[type="text"], input[type="password"]').first().fill(token);
    await dialog.locator('button.authorize').first().click();
    await visitor.picture('docs-authorized');
    await dialog.locator('.btn-done').first().click();
    await visitor.quiet();
  });

  await check('/docs calls a route with it and shows the answer', async () => {
    const block = await operation(page, 'get', '/api/v1/auth/me');
    const { status, body } = await execute(block);
    expect(status.startsWith('200') && body.includes(settings.EMAIL), `${status} ${body}`);
    await block.locator('.live-responses-table').scrollIntoViewIfNeeded();
    await visitor.picture('docs-answer');
    await visitor.quiet();
  });

  await check('/docs refuses a script in the page', async () => {
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.slipped = true;';
      document.body.append(script);
    });
    const slipped = await page.evaluate(() => window.slipped);
    const violations = await page.evaluate(() => window.violations.splice(0));
    expect(slipped === undefined, 'the script ran');
    expect(violations.some((violation) => violation.startsWith('script-src')), JSON.stringify(violations));
  });
}

async function readIt(browser) {
  await check('/redoc opens without a complaint of the browser', async () => {
    const visitor = await visit(browser, '/redoc');
    expect(visitor.answer.status() === 200, `status ${visitor.answer.status()}`);
    await visitor.page.locator('[role="search"] input').waitFor();
    await visitor.page.locator('.menu-content').waitFor();
    await visitor.picture('redoc');
    await visitor.quiet();
    // The search runs in a worker that the page's policy has to allow.
    await visitor.page.locator('[role="search"] input').fill('refresh');
    await visitor.page.locator('[data-role="search:results"] li').first().waitFor();
    await visitor.picture('redoc-search');
    await visitor.quiet();
  });
}

async function guide(browser) {
  await check('the page of a problem opens without a complaint of the browser', async () => {
    const visitor = await visit(browser, '/docs/errors/validation-failed');
    expect(visitor.answer.status() === 200, `status ${visitor.answer.status()}`);
    const title = await visitor.page.locator('h1').innerText();
    expect(title === 'Validation failed', title);
    const columns = await visitor.page.evaluate(() => getComputedStyle(document.body).display);
    expect(columns === 'grid', `the style sheet is not there: ${columns}`);
    await visitor.picture('problem');
    await visitor.page.locator('nav a', { hasText: 'Architecture' }).click();
    await visitor.page.locator('h1', { hasText: 'Architecture' }).waitFor();
    await visitor.picture('guide');
    await visitor.quiet();
  });
}

mkdirSync(settings.PICTURES, { recursive: true });
const browser = await chromium.launch({
  executablePath: settings.CHROMIUM,
  // The sandbox needs rights that a container seldom gives; the pages are our own.
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
  timeout: PATIENCE * 2,
});
await tryIt(browser);
await readIt(browser);
await guide(browser);
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
