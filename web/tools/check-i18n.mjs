// Every text exists in both languages, is really translated, and is used; every key that the sources name exists. Prints what is wrong, exit code 1.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
// Proper names and terms that are the same in Chinese technical writing.
const SAME = new Set(['DNS', 'ID', 'MagicDNS', 'Masthead', 'headscale']);

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.(svelte|ts)$/.test(entry.name)) yield path;
  }
}

export function checkPart(name, en, zh, texts) {
  const faults = [];
  const base = (key) => key.replace(/\.(one|other)$/, '');
  for (const key of Object.keys(en)) {
    // Chinese has one plural form.
    if (key.endsWith('.one')) {
      if (!(`${base(key)}.other` in en)) faults.push(`${name}: ${key} lacks its .other`);
      continue;
    }
    if (!(key in zh)) faults.push(`${name}: zh-CN lacks ${key}`);
    else if (zh[key] === en[key] && !SAME.has(en[key]) && !/^[^A-Za-z]*(\{\w+\}[^A-Za-z]*)*$/.test(en[key])) faults.push(`${name}: ${key} is not translated`);
    const holes = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort().join();
    if (key in zh && holes(zh[key]) !== holes(en[key])) faults.push(`${name}: ${key} has other parameters in zh-CN`);
  }
  for (const key of Object.keys(zh)) if (!(key in en)) faults.push(`${name}: en lacks ${key}`);

  const keys = new Set([...Object.keys(en), ...Object.keys(en).map(base)]);
  const used = new Set();
  const prefixes = [];
  for (const { path, text } of texts) {
    for (const match of text.matchAll(/\bt\(\s*(?:'(?:ui|shell|nodes)',\s*)?'([\w.-]+)'(?!,\s*(?:\w+ \?|key\b|'))/g)) {
      used.add(match[1]);
      if (!keys.has(match[1])) faults.push(`${name}: ${path} asks for ${match[1]}, which does not exist`);
    }
    for (const match of text.matchAll(/`([\w.-]*)\$\{[^`]*`/g)) prefixes.push(match[1]);
    for (const match of text.matchAll(/'([\w.-]+)'/g)) if (keys.has(match[1])) used.add(match[1]);
  }
  for (const key of keys) {
    if (used.has(key) || used.has(base(key))) continue;
    if (!prefixes.some((prefix) => prefix !== '' && key.startsWith(prefix)) && !(key in en && used.has(base(key)))) {
      if (Object.keys(en).includes(key)) faults.push(`${name}: ${key} is used nowhere`);
    }
  }
  return faults;
}

const parts = [['ui', 'web/ui/locales', 'web/ui'], ['shell', 'web/shell/src/locales', 'web/shell/src']];
for (const entry of readdirSync(join(root, 'plugins'), { withFileTypes: true })) {
  const folder = `plugins/${entry.name}/web/src`;
  if (entry.isDirectory() && existsSync(join(root, folder, 'locales'))) parts.push([entry.name, `${folder}/locales`, folder]);
}
if (import.meta.filename === process.argv[1]) {
  let count = 0;
  const faults = parts.flatMap(([name, locales, folder]) => {
    const read = (language) => JSON.parse(readFileSync(join(root, locales, `${language}.json`), 'utf8'));
    const en = read('en');
    count += Object.keys(en).length;
    const texts = [...sources(join(root, folder))].map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') }));
    return checkPart(name, en, read('zh-CN'), texts);
  });
  for (const fault of faults) console.error(fault);
  console.log(`${count} texts in ${parts.length} parts, ${faults.length} faults`);
  process.exit(faults.length === 0 ? 0 : 1);
}
