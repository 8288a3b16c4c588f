// Runs the checks or the unit tests and closes with the plain line "N passed, N failed".
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const web = resolve(import.meta.dirname, '..');
const run = (command, args) => spawnSync(command, args, { cwd: web, stdio: 'inherit' }).status;
const bin = (name) => join(web, 'node_modules/.bin', name);
let passed = 0;
let failed = 0;

if (process.argv[2] === 'check') {
  for (const status of [run(process.execPath, ['tools/check-i18n.mjs']), run(bin('svelte-check'), ['--tsconfig', './tsconfig.json', '--fail-on-warnings'])]) {
    if (status === 0) passed += 1;
    else failed += 1;
  }
} else {
  const folder = mkdtempSync(join(tmpdir(), 'masthead-vitest-'));
  try {
    const report = join(folder, 'report.json');
    run(bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
    passed = numPassedTests;
    failed = numFailedTests || numFailedTestSuites;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
