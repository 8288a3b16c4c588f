// Browser tests. With MASTHEAD_E2E_URL and MASTHEAD_E2E_SETUP_TOKEN: the newcomer's way against the real program, which the caller has started fresh.
// MASTHEAD_E2E_JOIN is then a command that lets one device join: it gets MASTHEAD_E2E_AUTH_KEY and MASTHEAD_E2E_NODE in its environment and prints the
// node's name on its last line; without it the nodes that are there are used. Without a URL: the same way and all pages on the mock.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { launch, ROOT } from './browser.mjs';
import { consoleFlows } from './console.spec.mjs';
import { finish } from './harness.mjs';
import { pageFlows } from './pages.spec.mjs';

const started = [];

async function mock(...args) {
  const child = spawn(process.execPath, [join(ROOT, 'web/test/mock-server.mjs'), '--quiet', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const line = await new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
      if (text.includes('\n')) resolve(text.split('\n')[0]);
    });
    child.once('exit', (code) => reject(new Error(`the mock left with code ${code}`)));
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

const browser = await launch();
let code = 1;
try {
  const url = process.env.MASTHEAD_E2E_URL;
  if (url) {
    const command = process.env.MASTHEAD_E2E_JOIN;
    await consoleFlows(browser, { url, setupToken: process.env.MASTHEAD_E2E_SETUP_TOKEN ?? '', join: command ? joinByCommand(command) : () => null });
  } else {
    const fresh = await mock('--fresh');
    const join_ = async (_key, name) => {
      await fetch(`${fresh.url}/mock/join`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name }) });
      return name;
    };
    if (!process.argv.includes('--pages')) await consoleFlows(browser, { url: fresh.url, setupToken: fresh.setup_token, join: join_ });
    await pageFlows(browser, await mock());
  }
  code = finish();
} finally {
  await browser.close();
  for (const child of started) child.kill('SIGTERM');
}
process.exit(code);
