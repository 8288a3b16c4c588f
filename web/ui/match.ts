/**
 * How well a text fits what somebody typed: for comboboxes, completion and the command palette. Plain functions over plain data. Words may come in any
 * order; each must be found. A word at the beginning counts more than one inside, letters with gaps count least.
 */
export interface Matchable {
  label: string;
  detail?: string;
  /** More words under which it is found, never shown. */
  keywords?: string;
}

const fold = (text: string) => text.toLowerCase().normalize('NFKD').replace(/\p{Mn}/gu, '');

/** What letters with gaps are worth: less than anything else. */
const GAPS = 5;
const SURE = 40;

function wordScore(word: string, text: string): number {
  if (text === word) return 100;
  if (text.startsWith(word)) return 80;
  const at = text.indexOf(word);
  if (at > 0) return /[\p{L}\p{N}]/u.test(text[at - 1]!) ? 40 : 60;
  // Letters in order with gaps help with typing `usr` for `users`; one or two letters would fit everything.
  if (word.length < 3) return 0;
  let from = 0;
  for (const letter of word) {
    const next = text.indexOf(letter, from);
    if (next < 0 || (from > 0 && next - from > 3)) return 0;
    from = next + 1;
  }
  return GAPS;
}

/** 0 when it does not fit; larger is better. */
export function score(query: string, item: Matchable): number {
  const words = fold(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return 1;
  const label = fold(item.label);
  const detail = fold(item.detail ?? '');
  const keywords = fold(item.keywords ?? '');
  let total = 0;
  for (const word of words) {
    const best = Math.max(wordScore(word, label) * 4, wordScore(word, keywords) * 2, wordScore(word, detail));
    if (best === 0) return 0;
    total += best;
  }
  return total / words.length;
}

/** The fitting items, best first; equally good ones keep their order. Guesses are left out where something fits for sure. */
export function rank<Item extends Matchable>(query: string, items: readonly Item[], limit = Infinity): Item[] {
  if (query.trim() === '') return items.slice(0, limit === Infinity ? undefined : limit);
  const fitting = items.map((item, index) => ({ item, index, score: score(query, item) })).filter((entry) => entry.score > 0);
  const least = fitting.some((entry) => entry.score >= SURE) ? SURE : 0;
  return fitting
    .filter((entry) => entry.score >= least)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, limit === Infinity ? undefined : limit)
    .map((entry) => entry.item);
}
