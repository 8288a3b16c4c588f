/**
 * `<mh-field label hint error>` around one control: adds the label before it and the hint and error after it, and ties them together for assistive
 * technology. The control stays where its author put it.
 */
import { cx, define, uniqueId } from './element';

export class FieldElement extends HTMLElement {
  static readonly observedAttributes = ['label', 'hint', 'error'];
  #label = cx('label', 'mh-label');
  #hint = cx('p', 'mh-hint');
  #error = cx('p', 'mh-error');
  #observer: MutationObserver | null = null;

  connectedCallback(): void {
    this.#error.setAttribute('aria-live', 'polite');
    this.#hint.id ||= uniqueId('mh-hint');
    this.#error.id ||= uniqueId('mh-error');
    this.prepend(this.#label);
    this.append(this.#hint, this.#error);
    this.#wire();
    this.#observer = new MutationObserver(() => this.#wire());
    this.#observer.observe(this, { childList: true, subtree: true });
  }
  disconnectedCallback(): void {
    this.#observer?.disconnect();
  }
  attributeChangedCallback(): void {
    if (this.isConnected) this.#wire();
  }

  #wire(): void {
    const label = this.getAttribute('label') ?? '';
    const hint = this.getAttribute('hint') ?? '';
    const error = this.getAttribute('error') ?? '';
    if (this.#label.textContent !== label) this.#label.textContent = label;
    if (this.#hint.textContent !== hint) this.#hint.textContent = hint;
    if (this.#error.textContent !== error) this.#error.textContent = error;
    this.#hint.hidden = hint === '';
    this.#error.hidden = error === '';
    const control = this.querySelector<HTMLElement>('input, select, textarea');
    if (!control) return;
    control.id ||= uniqueId('mh-control');
    this.#label.htmlFor = control.id;
    const describedBy = [hint && this.#hint.id, error && this.#error.id].filter(Boolean).join(' ');
    if (describedBy) control.setAttribute('aria-describedby', describedBy);
    else control.removeAttribute('aria-describedby');
    if (error) control.setAttribute('aria-invalid', 'true');
    else control.removeAttribute('aria-invalid');
  }
}

define('mh-field', FieldElement);
