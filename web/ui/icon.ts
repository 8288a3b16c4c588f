/** `<mh-icon name="server">`: an icon drawn with SVG DOM calls; decorative unless it carries a `label`. */
import { define } from './element';
import { ICONS } from './icon-data';

/** Short names that manifests use; the set itself is Lucide's. */
const ALIASES: Record<string, string> = { nodes: 'monitor-smartphone', key: 'key-round', api: 'key-square', tags: 'tag', dns: 'globe', policy: 'shield-check', audit: 'scroll-text', plugin: 'puzzle' };
const SVG = 'http://www.w3.org/2000/svg';

export function createIcon(name: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [key, value] of Object.entries({
    viewBox: '0 0 24 24', fill: 'none', stroke: 'currentColor', 'stroke-width': '1.75', 'stroke-linecap': 'round', 'stroke-linejoin': 'round', 'aria-hidden': 'true' })) {
    svg.setAttribute(key, value);
  }
  svg.classList.add('mh-icon');
  for (const [tag, attributes] of ICONS[ALIASES[name] ?? name] ?? ICONS['circle']!) {
    const child = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) child.setAttribute(key, value);
    svg.append(child);
  }
  return svg;
}

export class IconElement extends HTMLElement {
  static readonly observedAttributes = ['name', 'label'];

  get name(): string {
    return this.getAttribute('name') ?? '';
  }
  set name(value: string) {
    this.setAttribute('name', value);
  }

  connectedCallback(): void {
    this.#draw();
  }
  attributeChangedCallback(): void {
    if (this.isConnected) this.#draw();
  }

  #draw(): void {
    const label = this.getAttribute('label');
    this.replaceChildren(createIcon(this.name));
    if (label) {
      this.setAttribute('role', 'img');
      this.setAttribute('aria-label', label);
    } else {
      this.setAttribute('aria-hidden', 'true');
    }
  }
}

if (typeof customElements !== 'undefined') define('mh-icon', IconElement);
