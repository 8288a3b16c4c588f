/** `<mh-state kind="empty|loading|error" heading detail icon>`: what a page shows instead of content. Children (a button) stay below the text. */
import { cx, define } from './element';
import { createIcon } from './icon';

const ICON = { empty: 'circle', loading: 'refresh-cw', error: 'triangle-alert' };

export class StateElement extends HTMLElement {
  static readonly observedAttributes = ['kind', 'heading', 'detail', 'icon'];
  #head = cx('div', 'mh-state-head');

  connectedCallback(): void {
    this.prepend(this.#head);
    this.#draw();
  }
  attributeChangedCallback(): void {
    if (this.isConnected) this.#draw();
  }

  #draw(): void {
    const kind = (this.getAttribute('kind') ?? 'empty') as keyof typeof ICON;
    this.setAttribute('role', kind === 'error' ? 'alert' : 'status');
    if (kind === 'loading') {
      const bones = cx('div', 'mh-bones');
      for (let i = 0; i < 6; i += 1) bones.append(cx('div', 'mh-bone'));
      this.#head.replaceChildren(bones, cx('p', 'mh-sr', this.getAttribute('heading') ?? ''));
      return;
    }
    const parts: Node[] = [createIcon(this.getAttribute('icon') ?? ICON[kind]), cx('p', 'mh-state-title', this.getAttribute('heading') ?? '')];
    const detail = this.getAttribute('detail');
    if (detail) parts.push(cx('p', 'mh-state-detail', detail));
    this.#head.replaceChildren(...parts);
  }
}

define('mh-state', StateElement);
