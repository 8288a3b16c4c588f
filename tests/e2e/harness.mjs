// Named tests one after the other, each with its own message on failure; the last line is "N passed, N failed".
import assert from 'node:assert/strict';

export { assert };
const results = { passed: 0, failed: 0 };

export async function test(name, run) {
  const started = Date.now();
  try {
    await run();
    results.passed += 1;
    console.log(`ok    ${name} (${Date.now() - started} ms)`);
  } catch (error) {
    results.failed += 1;
    console.log(`WRONG ${name}\n      ${String(error?.stack ?? error).split('\n').slice(0, 14).join('\n      ')}`);
  }
}

export function finish() {
  console.log(`${results.passed} passed, ${results.failed} failed`);
  return results.failed === 0 && results.passed > 0 ? 0 : 1;
}
