/** Addresses and networks of both families as numbers, for "does this network reach that one". Plain functions; what is no address gives null. */
export interface Net {
  family: 4 | 6;
  /** The first address. */
  first: bigint;
  prefix: number;
}

const BITS = { 4: 32, 6: 128 } as const;

function parse4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let value = 0n;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return null;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

function parse6(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2 || text === '') return null;
  const groups = (half: string) => (half === '' ? [] : half.split(':'));
  const head = groups(halves[0]!);
  const tail = halves.length === 2 ? groups(halves[1]!) : [];
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  let value = 0n;
  for (const group of [...head, ...Array<string>(halves.length === 2 ? missing : 0).fill('0'), ...tail]) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return null;
    value = (value << 16n) | BigInt(`0x${group}`);
  }
  return value;
}

const cache = new Map<string, Net | null>();

/** `10.0.0.0/8`, `fd7a::/48`, or an address alone, which is a network of one. */
export function parseNet(text: string): Net | null {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const family = address.includes(':') ? 6 : 4;
  const value = family === 6 ? parse6(address) : parse4(address);
  const length = slash < 0 ? String(BITS[family]) : text.slice(slash + 1);
  let net: Net | null = null;
  if (value !== null && /^\d{1,3}$/.test(length) && Number(length) <= BITS[family]) {
    const host = BigInt(BITS[family] - Number(length));
    net = { family, prefix: Number(length), first: (value >> host) << host };
  }
  if (cache.size > 50_000) cache.clear();
  cache.set(text, net);
  return net;
}

export function contains(outer: Net, inner: Net): boolean {
  if (outer.family !== inner.family || outer.prefix > inner.prefix) return false;
  const host = BigInt(BITS[outer.family] - outer.prefix);
  return outer.first >> host === inner.first >> host;
}

export function overlaps(a: Net, b: Net): boolean {
  return contains(a, b) || contains(b, a);
}

/** In the order of addresses, wide networks before the narrow ones inside them; IPv4 first. */
export function compareNets(a: Net, b: Net): number {
  return a.family - b.family || (a.first < b.first ? -1 : a.first > b.first ? 1 : a.prefix - b.prefix);
}
