// Writes ui/icon-data.ts from the icons the console uses, so that the build and the browser need no icon package. Run by hand after editing NAMES.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const web = resolve(import.meta.dirname, '..');
const NAMES = `activity arrow-down arrow-left arrow-up arrow-up-down ban check chevron-down chevron-right circle circle-alert circle-check circle-question-mark clock
clock-alert cloud-off copy ellipsis-vertical external-link eye globe hard-drive info key-round key-square languages layout-dashboard link list-filter lock
log-out menu monitor monitor-smartphone moon network pencil plug plug-zap plus power puzzle refresh-cw rotate-cw route scroll-text search server settings
shield-check ship-wheel sun sun-moon tag terminal trash triangle-alert user-round user-plus users waypoints wifi-off x laptop smartphone
bell bell-off inbox mail webhook send printer download qr-code undo-2 user-check ticket message-square eye-off list-checks file-archive tablet hash sliders-horizontal
columns-3 bookmark bookmark-plus keyboard history log-in user-x milestone heart-pulse zap split command corner-down-left laptop-minimal-check server-cog calendar-clock circle-dot rocket
fingerprint-pattern braces shield crosshair file-spreadsheet git-compare`.split(/\s+/);
const all = JSON.parse(readFileSync(join(web, 'node_modules/lucide-static/icon-nodes.json'), 'utf8'));
const missing = NAMES.filter((name) => !all[name]);
if (missing.length) console.error(`not in the icon set: ${missing.join(', ')}`);
const lines = NAMES.filter((name) => all[name]).sort().map((name) => `  '${name}': ${JSON.stringify(all[name])},`);
writeFileSync(join(web, 'ui/icon-data.ts'),
  `// Written by tools/icons.mjs from Lucide (ISC licence). Each icon is a list of SVG elements on a 24 by 24 grid.\nexport const ICONS: Record<string, readonly (readonly [string, Readonly<Record<string, string>>])[]> = {\n${lines.join('\n')}\n};\n`);
