/** Reading and writing what people paste and pick. */

/** The key alone, from a key, a registration address or a whole `headscale nodes register` command; empty when there is none. */
export function registrationKey(text: string): string {
  const withPrefix = /hskey-authreq-[A-Za-z0-9_-]{24}(?![A-Za-z0-9_-])/.exec(text);
  if (withPrefix) return withPrefix[0];
  const bare = /(?:^|[\s/=])([A-Za-z0-9_-]{24})\s*$/.exec(text.trim());
  return bare?.[1] ?? '';
}

/** A moment as the value of `<input type="datetime-local">`, in the reader's own zone. */
export function toLocalInput(date: Date): string {
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

export function fromLocalInput(value: string): Date | null {
  const date = new Date(value);
  return value === '' || Number.isNaN(date.getTime()) ? null : date;
}

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
