// Browser tests. With MASTHEAD_E2E_URL and MASTHEAD_E2E_SETUP_TOKEN: the newcomer's way against the real program, which the caller has started fresh.
// A device joins through MASTHEAD_E2E_JOIN, a command that gets MASTHEAD_E2E_AUTH_KEY and MASTHEAD_E2E_NODE in its environment and prints the node's name on
// its last line, or through the stand-in headscale when MASTHEAD_E2E_DATA names the data folder; with neither, the nodes that are there are used.
// MASTHEAD_E2E_WIDTH (1280 or 360) keeps to one width. Without a URL: the same way and all pages on the mock.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditFlows } from './audit.spec.mjs';
import { launch, ROOT } from './browser.mjs';
import { authFlows } from './auth.spec.mjs';
import { consoleFlows } from './console.spec.mjs';
import { frameFlows } from './frame.spec.mjs';
import { galleryFlows } from './gallery.spec.mjs';
import { finish } from './harness.mjs';
import { nodesFlows } from './nodes.spec.mjs';
import { onboardingAdminFlows } from './onboarding_admin.spec.mjs';
import { pageFlows } from './pages.spec.mjs';

const started = [];

const mock = (...args) => serve('web/test/mock-server.mjs', '--quiet', ...args);

async function serve(program, ...args) {
  const child = spawn(process.execPath, [join(ROOT, program), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const line = await new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
      if (text.includes('\n')) resolve(text.split('\n')[0]);
    });
    child.once('exit', (code) => reject(new Error(`${program} left with code ${code}`)));
  });
  return JSON.parse(line);
}

function joinByCommand(command) {
  return (key, name) => {
    const result = spawnSync('/bin/sh', ['-c', command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], timeout: 60_000, env: { ...process.env, MASTHEAD_E2E_AUTH_KEY: key, MASTHEAD_E2E_NODE: name } });
    if (result.status !== 0) throw new Error(`MASTHEAD_E2E_JOIN left with code ${result.status}`);
    return result.stdout.trim().split('\n').at(-1);
  };
}

/** The stand-in lets an invented client join with a real pre-auth key, on its debug listener. */
function joinByDemo(data) {
  const { metrics } = JSON.parse(readFileSync(join(data, 'run/headscale.json'), 'utf8'));
  return async (authKey, hostname) => {
    const response = await fetch(`http://${metrics}/debug/demo/join`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ hostname, authKey }) });
    const answer = await response.text();
    if (!response.ok) throw new Error(`the stand-in refused the key: ${answer}`);
    return hostname;
  };
}

function joinFromEnvironment() {
  const { MASTHEAD_E2E_JOIN: command, MASTHEAD_E2E_DATA: data } = process.env;
  if (command) return joinByCommand(command);
  return data ? joinByDemo(data) : undefined;
}

/** Parts named on the command line, or all; `--pages` leaves out the newcomer's way. */
const parts = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const wanted = (part) => (parts.length > 0 ? parts.includes(part) : part !== 'console' || !process.argv.includes('--pages'));

const browser = await launch();
let code = 1;
try {
  const url = process.env.MASTHEAD_E2E_URL;
  if (url) {
    const width = process.env.MASTHEAD_E2E_WIDTH;
    await consoleFlows(browser, { url, setupToken: process.env.MASTHEAD_E2E_SETUP_TOKEN ?? '', join: joinFromEnvironment(), ...(width ? { widths: [width] } : {}) });
  } else {
    const fresh = await mock('--fresh');
    const join_ = async (_key, name) => {
      await fetch(`${fresh.url}/mock/join`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name }) });
      return name;
    };
    if (wanted('console')) await consoleFlows(browser, { url: fresh.url, setupToken: fresh.setup_token, join: join_ });
    if (wanted('gallery')) await galleryFlows(browser, await serve('web/tools/gallery.mjs'));
    if (wanted('auth')) await authFlows(browser, await mock());
    if (wanted('pages')) await pageFlows(browser, await mock());
    if (wanted('frame')) await frameFlows(browser, await mock());
    if (wanted('nodes')) await nodesFlows(browser, await mock());
    if (wanted('audit')) await auditFlows(browser, await mock());
    if (wanted('onboarding')) await onboardingAdminFlows(browser, await mock());
  }
  code = finish();
} finally {
  await browser.close();
  for (const child of started) child.kill('SIGTERM');
}
process.exit(code);
