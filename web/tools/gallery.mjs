// Builds the gallery of elements into build/gallery and, unless --build is given, serves it on loopback under the console's own policy.
// Prints one line of JSON with its address. `node tools/gallery.mjs [--port N] [--build]`
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { CSP, TYPES } from '../test/serving.mjs';

const { values: flags } = parseArgs({ options: { port: { type: 'string', default: '0' }, build: { type: 'boolean' } } });
const web = resolve(import.meta.dirname, '..');
const out = resolve(web, '../build/gallery');
const UI_URL = '/admin/ui/host/1/ui.js';

await build({
  configFile: false, logLevel: 'error', root: join(web, 'gallery'), base: '/gallery/',
  plugins: [{ name: 'gallery-seams', enforce: 'pre', resolveId: (id) => (id === '@masthead/ui' ? { id: UI_URL, external: 'absolute' } : null) }],
  build: { target: 'es2022', outDir: out, emptyOutDir: true, modulePreload: { polyfill: false }, reportCompressedSize: false, rollupOptions: { input: join(web, 'gallery/index.html') } },
});
if (!flags.build) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    const host = path.startsWith('/admin/ui/host/1/');
    const base = host ? join(web, 'dist/host/1') : out;
    const file = normalize(join(base, host ? path.slice('/admin/ui/host/1'.length) : path === '/' ? '/index.html' : path.replace(/^\/gallery/, '')));
    response.setHeader('Content-Security-Policy', CSP);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    if (!file.startsWith(base) || !existsSync(file) || !statSync(file).isFile()) return void response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', 'Cache-Control': 'no-cache' });
    createReadStream(file).pipe(response);
  });
  server.listen(Number(flags.port), '127.0.0.1', () => console.log(JSON.stringify({ url: `http://localhost:${server.address().port}/` })));
  process.on('SIGTERM', () => process.exit(0));
}
