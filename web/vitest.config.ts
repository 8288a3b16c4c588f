import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// The elements need a browser and are tested by tests/e2e; here run the plain functions behind them.
export default defineConfig({
  plugins: [svelte({ configFile: false })],
  resolve: { alias: { '@masthead/ui': resolve(import.meta.dirname, 'test/unit/ui.ts'), vitest: resolve(import.meta.dirname, 'node_modules/vitest') } },
  test: { include: ['test/unit/**/*.test.ts'], environment: 'node' },
});
