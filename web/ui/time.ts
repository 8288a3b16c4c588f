/** `<mh-time>` with the property `value` (RFC 3339), `absolute`, `short`: relative time that ticks, absolute time as its title. One timer serves all of them. */
import { define } from './element';
import { i18n } from './i18n';

const live = new Set<TimeElement>();
let timer: number | undefined;

function schedule(): void {
  if (timer !== undefined || live.size === 0) return;
  timer = window.setInterval(() => {
    if (document.visibilityState === 'visible') for (const element of live) element.draw();
  }, 10_000);
}

export class TimeElement extends HTMLElement {
  static readonly observedAttributes = ['value', 'absolute', 'short'];

  get value(): string {
    return this.getAttribute('value') ?? '';
  }
  set value(value: string | null) {
    if (value === null) this.removeAttribute('value');
    else this.setAttribute('value', value);
  }

  connectedCallback(): void {
    live.add(this);
    schedule();
    this.draw();
  }
  disconnectedCallback(): void {
    live.delete(this);
    if (live.size === 0 && timer !== undefined) {
      window.clearInterval(timer);
      timer = undefined;
    }
  }
  attributeChangedCallback(): void {
    if (this.isConnected) this.draw();
  }

  draw(): void {
    const date = new Date(this.value);
    if (Number.isNaN(date.getTime())) {
      this.textContent = '–';
      this.removeAttribute('title');
      return;
    }
    const absolute = i18n.dateTime(date);
    const text = this.hasAttribute('absolute') ? absolute : i18n.relative(date, Date.now(), this.hasAttribute('short') ? 'short' : 'long');
    if (this.textContent !== text) this.textContent = text;
    this.title = this.hasAttribute('absolute') ? i18n.relative(date) : absolute;
  }
}

define('mh-time', TimeElement);
i18n.subscribe(() => {
  for (const element of live) element.draw();
});
