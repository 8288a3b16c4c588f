/** `<mh-name>` with the property `value`: a name that a stranger chose, isolated from the direction of its surroundings. */
import { cx, define } from './element';
import { plainText, visibleParts } from './text';

export class NameElement extends HTMLElement {
  static readonly observedAttributes = ['value'];

  get value(): string {
    return this.getAttribute('value') ?? '';
  }
  set value(value: string) {
    this.setAttribute('value', value);
  }

  attributeChangedCallback(): void {
    const bdi = cx('bdi');
    for (const part of visibleParts(this.value)) bdi.append(part.mark ? cx('span', 'mh-mark', part.text) : part.text);
    this.replaceChildren(bdi);
    this.title = plainText(this.value);
  }
}

define('mh-name', NameElement);
