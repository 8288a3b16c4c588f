// Every text exists in both languages, is really translated, and is used; every key that the sources name exists. Prints what is wrong, exit code 1.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
// Proper names and terms that are the same in Chinese technical writing.
const SAME = new Set(['API', 'DNS', 'ID', 'MagicDNS', 'Masthead', 'headscale']);

/** The sources of a part; a folder with locales of its own is another part. */
function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!existsSync(join(path, 'locales'))) yield* sources(path);
    }
    else if (/\.(svelte|ts)$/.test(entry.name)) yield path;
  }
}

/** `shared`: texts of another part that this one may use, and in whose sources' stead it uses them. */
export function checkPart(name, en, zh, texts, shared = {}, lent = []) {
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
  const known = new Set([...keys, ...Object.keys(shared), ...Object.keys(shared).map(base)]);
  const used = new Set();
  const prefixes = [];
  for (const { path, text } of texts) {
    for (const match of text.matchAll(/\bt\(\s*(?:'(?:ui|shell|nodes)',\s*)?'([\w.-]+)'(?!,\s*(?:\w+ \?|key\b|'))/g)) {
      used.add(match[1]);
      if (!known.has(match[1])) faults.push(`${name}: ${path} asks for ${match[1]}, which does not exist`);
    }
    for (const match of text.matchAll(/`([\w.-]*)\$\{[^`]*`/g)) prefixes.push(match[1]);
    for (const match of text.matchAll(/'([\w.-]+)'/g)) if (keys.has(match[1])) used.add(match[1]);
  }
  for (const { text } of lent) {
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

// Part, its locales, its sources, and the part whose texts it may use as well.
const parts = [['ui', 'web/ui/locales', 'web/ui'], ['shell', 'web/shell/src/locales', 'web/shell/src']];
for (const entry of readdirSync(join(root, 'web/shell/src'), { withFileTypes: true })) {
  const folder = `web/shell/src/${entry.name}`;
  if (entry.isDirectory() && existsSync(join(root, folder, 'locales'))) parts.push([entry.name, `${folder}/locales`, folder, 'shell']);
}
for (const entry of readdirSync(join(root, 'plugins'), { withFileTypes: true })) {
  const folder = `plugins/${entry.name}/web/src`;
  if (entry.isDirectory() && existsSync(join(root, folder, 'locales'))) parts.push([entry.name, `${folder}/locales`, folder]);
}
if (import.meta.filename === process.argv[1]) {
  let count = 0;
  const read = (name, language) => JSON.parse(readFileSync(join(root, parts.find((part) => part[0] === name)[1], `${language}.json`), 'utf8'));
  const textsOf = (folder) => [...sources(join(root, folder))].map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') }));
  const faults = parts.flatMap(([name, , folder, base]) => {
    const en = read(name, 'en');
    count += Object.keys(en).length;
    const lent = parts.filter((part) => part[3] === name).flatMap((part) => textsOf(part[2]));
    return checkPart(name, en, read(name, 'zh-CN'), textsOf(folder), base ? read(base, 'en') : {}, lent);
  });
  for (const fault of faults) console.error(fault);
  console.log(`${count} texts in ${parts.length} parts, ${faults.length} faults`);
  process.exit(faults.length === 0 ? 0 : 1);
}
