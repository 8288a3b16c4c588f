/** Small helpers for elements that live in the light DOM, where the one stylesheet of the host reaches them. */

/** Defines an element once; a second definition of the same name is reported, not thrown, so that one bad plugin page harms nobody else. */
export function define(name: string, constructor: CustomElementConstructor): void {
  if (customElements.get(name)) {
    console.warn(`element ${name} is already defined; the second definition is ignored`);
    return;
  }
  customElements.define(name, constructor);
}

/** Creates an element with a class and children; strings become text nodes, never markup. */
export function cx<K extends keyof HTMLElementTagNameMap>(tag: K, className = '', ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

let counter = 0;
export function uniqueId(prefix: string): string {
  counter += 1;
  return `${prefix}-${counter}`;
}
