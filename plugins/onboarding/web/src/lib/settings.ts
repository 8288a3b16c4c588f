/** Checks of the settings form, and what of it is sent. The server decides in the end. */
import { milliseconds } from './durations';
import { tagProblem } from './grant';
import type { Settings } from './types';

export function lines(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))];
}

export function networkProblem(text: string): boolean {
  const [address, bits, ...rest] = text.split('/');
  if (!address || rest.length > 0) return true;
  const v6 = address.includes(':');
  if (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > (v6 ? 128 : 32))) return true;
  if (v6) return !/^[0-9a-f:.]+$/i.test(address);
  const parts = address.split('.');
  return parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255);
}

/** Name of a setting to the key of the message that says what is wrong with it. */
export function problems(settings: Settings): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of ['key_lifetime', 'undo', 'unanswered', 'purge'] as const) if (milliseconds(settings[name]) === null) found[name] = 'set.wrong.duration';
  for (const name of ['per_address_hour', 'per_hour', 'open_cap'] as const) if (!Number.isInteger(settings[name]) || settings[name] < 1) found[name] = 'set.wrong.number';
  if (settings.allowed_networks.some(networkProblem)) found.allowed_networks = 'set.wrong.network';
  if (settings.tags.some((tag) => tagProblem(tag) !== null)) found.tags = 'set.wrong.tags';
  const ids = settings.fields.map((field) => field.id);
  if (settings.fields.some((field) => !/^[a-z0-9-]{1,32}$/.test(field.id) || field.label.trim() === '') || new Set(ids).size !== ids.length) found.fields = 'set.wrong.fields';
  else if (settings.fields.some((field) => field.type === 'choice' && (field.options ?? []).length === 0)) found.fields = 'set.wrong.choices';
  return found;
}

export function changed(before: Settings, after: Settings, locked: readonly string[]): Partial<Settings> {
  const entries = Object.entries(after).filter(([name, value]) => !locked.includes(name) && JSON.stringify(value) !== JSON.stringify(before[name as keyof Settings]));
  return Object.fromEntries(entries) as Partial<Settings>;
}
