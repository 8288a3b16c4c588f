/** Lists as files. Names are whatever a device sent, so a cell that a spreadsheet would take for a formula is marked as text. */
import { displayName, ownerLabel, realDate } from './node';
import type { Node_ } from './types';

/** A leading apostrophe makes spreadsheets show the rest as it stands; full-width forms of the signs count in some of them, too. */
const FORMULA = /^[\s\u0000-\u001f\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]|^[\t\r\n]/;

export function csvCell(value: string): string {
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n;\t']|^\s|\s$/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

export function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(csvCell).join(',') + '\r\n').join('');
}

const MEMBERS: readonly [string, (node: Node_) => string][] = [
  ['id', (node) => node.id], ['name', displayName], ['hostname', (node) => node.name], ['owner', ownerLabel], ['user', (node) => (node.tags.length > 0 ? '' : (node.user?.name ?? ''))],
  ['tags', (node) => node.tags.join(' ')], ['addresses', (node) => node.ipAddresses.join(' ')], ['online', (node) => (node.online ? 'yes' : 'no')], ['last_seen', (node) => realDate(node.lastSeen) ?? ''],
  ['expires', (node) => realDate(node.expiry) ?? ''], ['created', (node) => realDate(node.createdAt) ?? ''], ['routes_announced', (node) => node.availableRoutes.join(' ')], ['routes_approved', (node) => node.approvedRoutes.join(' ')],
  ['os', (node) => node.os ?? ''], ['version', (node) => node.clientVersion ?? ''],
];

/** With a byte order mark, without which spreadsheets read UTF-8 as something else. */
export function nodesCsv(nodes: readonly Node_[]): string {
  return `\ufeff${csv([MEMBERS.map(([name]) => name), ...nodes.map((node) => MEMBERS.map(([, read]) => read(node)))])}`;
}

/** Without the keys: a list is passed on, and they say nothing about a node. */
export function nodesJson(nodes: readonly Node_[]): string {
  return `${JSON.stringify(nodes.map(({ machineKey: _machine, nodeKey: _node, ...rest }) => rest), null, 2)}\n`;
}

export function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
