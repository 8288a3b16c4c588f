/** A browser in words, from what it says about itself. For people who look for their own sessions; nothing is decided by it. */
const BROWSERS: readonly [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'], [/\bOPR\/|\bOpera\b/, 'Opera'], [/\bVivaldi\//, 'Vivaldi'], [/\bSamsungBrowser\//, 'Samsung Internet'], [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bHeadlessChrome\//, 'Chrome (headless)'], [/\bChrome\/|\bCriOS\//, 'Chrome'], [/\bVersion\/[\d.]+ .*\bSafari\//, 'Safari'], [/^curl\//, 'curl'], [/^[Pp]ython/, 'Python'], [/^masthead/, 'masthead']];
const SYSTEMS: readonly [RegExp, string][] = [
  [/\biPhone\b/, 'iPhone'], [/\biPad\b/, 'iPad'], [/\bAndroid\b/, 'Android'], [/\bCrOS\b/, 'ChromeOS'], [/\bWindows\b/, 'Windows'], [/\bMac OS X\b|\bMacintosh\b/, 'macOS'], [/\bLinux\b/, 'Linux'], [/\bFreeBSD\b/, 'FreeBSD']];

export interface Agent {
  browser: string;
  system: string;
  kind: 'phone' | 'desktop' | 'tool';
}

export function describeAgent(userAgent: string): Agent {
  const find = (list: readonly [RegExp, string][]) => list.find(([pattern]) => pattern.test(userAgent))?.[1] ?? '';
  const browser = find(BROWSERS);
  const system = find(SYSTEMS);
  const kind = /^(iPhone|iPad|Android)$/.test(system) ? 'phone' : system ? 'desktop' : 'tool';
  return { browser, system, kind };
}
