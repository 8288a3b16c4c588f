// Builds the host's elements, the shell and the pages of every shipped plugin, then compresses what the console serves and prints sizes.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build } from 'vite';

const web = resolve(import.meta.dirname, '..');
const root = resolve(web, '..');
const UI_URL = '/admin/ui/host/1/ui.js';
const only = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));

/** `@masthead/ui` becomes the versioned URL; bare imports of files outside web/ resolve as if they lay inside it. */
function seams(external) {
  return {
    name: 'masthead-seams',
    enforce: 'pre',
    resolveId(id, importer, options) {
      if (id === '@masthead/ui') return external ? { id: UI_URL, external: 'absolute' } : join(web, 'ui/index.ts');
      if (id.startsWith('@masthead/web/')) return this.resolve(join(web, id.slice('@masthead/web/'.length)), importer, { ...options, skipSelf: true });
      if (importer && !importer.startsWith(web) && /^[a-z@]/.test(id)) return this.resolve(id, join(web, 'tools/build.mjs'), { ...options, skipSelf: true });
      return null;
    },
  };
}

function common(external) {
  return {
    configFile: false,
    logLevel: 'warn',
    plugins: [seams(external), svelte({ configFile: false, compilerOptions: { css: 'external', runes: true } })],
  };
}

const output = { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, sourcemap: false, reportCompressedSize: false, emptyOutDir: true };

/** One ES module and one stylesheet under fixed names. Vite's library mode would leave the whitespace in. */
function module(input, name) {
  return {
    cssCodeSplit: false,
    rollupOptions: {
      input,
      preserveEntrySignatures: 'strict',
      output: { format: 'es', codeSplitting: false, entryFileNames: `${name}.js`, assetFileNames: `${name}[extname]` },
    },
  };
}

async function buildUi() {
  await build({
    ...common(false),
    root: join(web, 'ui'),
    base: '/admin/ui/host/1/',
    publicDir: join(web, 'ui/public'),
    build: {
      ...output,
      outDir: join(web, 'dist/host/1'),
      ...module(join(web, 'ui/entry.ts'), 'ui'),
    },
  });
}

async function buildShell() {
  await build({
    ...common(true),
    root: join(web, 'shell'),
    base: '/admin/ui/shell/',
    build: { ...output, outDir: join(web, 'dist/shell'), rollupOptions: { input: join(web, 'shell/index.html') } },
  });
}

async function buildPlugin(id) {
  const folder = join(root, 'plugins', id, 'web');
  await build({
    ...common(true),
    root: folder,
    publicDir: false,
    build: {
      ...output,
      outDir: join(folder, 'dist'),
      ...module(join(folder, 'src/main.ts'), id),
    },
  });
}

/** Strangers' pages have no switch for the theme: what the console does by attribute follows the system here. */
function systemTheme() {
  return {
    name: 'masthead-system-theme',
    enforce: 'post',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'asset' || !file.fileName.endsWith('.css')) continue;
        const before = String(file.source);
        file.source = before.replace(/:root\[data-theme="?dark"?\]\s*(\{[^{}]*\})/g, '@media (prefers-color-scheme:dark){:root$1}');
        if (file.source === before) this.error('the dark theme was not found in tokens.css');
      }
    },
  };
}

/** What a plugin's pages outside of the console load: web/public/main.ts as pages.js and pages.css, and the files of web/public/static. */
async function buildPublic(id) {
  const folder = join(root, 'plugins', id, 'web/public');
  const shared = common(false);
  await build({
    ...shared,
    plugins: [...shared.plugins, systemTheme()],
    root: folder,
    publicDir: join(folder, 'static'),
    build: { ...output, outDir: join(root, 'plugins', id, 'web/dist/public'), ...module(join(folder, 'main.ts'), 'pages') },
  });
}

function* files(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else if (!/\.(br|gz)$/.test(entry.name)) yield path;
  }
}

function compress(folder) {
  for (const path of files(folder)) {
    const bytes = readFileSync(path);
    let note = '';
    if (/\.(js|css|html|svg|json|webmanifest)$/.test(path) && bytes.length > 256) {
      const br = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
      const gz = gzipSync(bytes, { level: 9 });
      writeFileSync(`${path}.br`, br);
      writeFileSync(`${path}.gz`, gz);
      note = `  gz ${(gz.length / 1024).toFixed(1)}  br ${(br.length / 1024).toFixed(1)}`;
    }
    console.log(`${relative(root, path).padEnd(64)} ${(bytes.length / 1024).toFixed(1).padStart(7)} kB${note}`);
  }
}

const plugins = readdirSync(join(root, 'plugins'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(root, 'plugins', entry.name, 'web/src/main.ts')))
  .map((entry) => entry.name);
const wanted = (name) => only.length === 0 || only.includes(name);

const touched = [];
if (wanted('ui')) (await buildUi(), touched.push(join(web, 'dist/host/1')));
if (wanted('shell')) (await buildShell(), touched.push(join(web, 'dist/shell')));
for (const id of plugins) {
  if (!wanted(id)) continue;
  await buildPlugin(id);
  if (existsSync(join(root, 'plugins', id, 'web/public/main.ts'))) await buildPublic(id);
  touched.push(join(root, 'plugins', id, 'web/dist'));
}
touched.forEach(compress);

const shellHtml = join(web, 'dist/shell/index.html');
if (existsSync(shellHtml) && /<style|\sstyle=|<script(?![^>]*\ssrc=)/.test(readFileSync(shellHtml, 'utf8'))) {
  console.error('web/dist/shell/index.html holds an inline script or style; the content security policy would refuse it');
  process.exit(1);
}
