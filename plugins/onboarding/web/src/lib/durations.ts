/** Lengths of time as the settings write them: `30s`, `10m`, `24h`, `7d`. */
const UNIT: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export function milliseconds(text: string): number | null {
  const match = /^(\d{1,6})(s|m|h|d)$/.exec(text.trim());
  return match ? Number(match[1]) * UNIT[match[2]!]! : null;
}
