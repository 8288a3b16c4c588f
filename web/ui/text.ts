/**
 * Names come from strangers' devices: they may hold control characters, bidirectional overrides or nothing visible at all. They are always shown as
 * text nodes; what would be invisible or would reorder its surroundings is shown as a small mark instead.
 */
export interface TextPart {
  text: string;
  /** True when `text` is a mark that stands for an invisible character. */
  mark: boolean;
}

const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\u3164\ufeff\uffa0\ufff9-\ufffc\u{e0000}-\u{e007f}]/u;

export function visibleParts(value: string): TextPart[] {
  const parts: TextPart[] = [];
  for (const character of value) {
    const mark = INVISIBLE.test(character);
    const text = mark ? `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}` : character;
    const last = parts.at(-1);
    if (last && !last.mark && !mark) last.text += text;
    else parts.push({ text, mark });
  }
  return parts;
}

/** The same as one string, for attributes such as `title` and `aria-label`. */
export function plainText(value: string): string {
  return visibleParts(value).map((part) => (part.mark ? `[${part.text}]` : part.text)).join('');
}
