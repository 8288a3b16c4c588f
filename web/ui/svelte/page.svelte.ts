/** Defines a page element around a Svelte component: the properties `host`, `route` and `principal` reach the component as live props. */
import { mount, unmount, type Component } from 'svelte';
import { define } from '@masthead/ui';
import type { Host, Principal, Route } from '../../../sdk/web/host';

export interface PageProps {
  host: Host;
  route: Route;
  principal: Principal;
}

export function definePage(name: string, component: Component<PageProps>): void {
  class PageElement extends HTMLElement {
    #props = $state<Partial<PageProps>>({});
    #mounted: Record<string, unknown> | null = null;

    set host(value: Host) {
      this.#props.host = value;
    }
    set route(value: Route) {
      this.#props.route = value;
    }
    set principal(value: Principal) {
      this.#props.principal = value;
    }

    connectedCallback(): void {
      this.#mounted ??= mount(component, { target: this, props: this.#props as PageProps });
    }
    disconnectedCallback(): void {
      const mounted = this.#mounted;
      this.#mounted = null;
      if (mounted) void unmount(mounted);
    }
  }
  define(name, PageElement);
}

/** Links the stylesheet that lies beside a plugin's module, unless the shell has done so already. */
export function linkStyle(moduleUrl: string, file: string): void {
  const href = moduleUrl.replace(/[^/]*$/, file);
  const pathname = new URL(href).pathname;
  if ([...document.styleSheets].some((sheet) => sheet.href === href) || document.querySelector(`link[href="${pathname}"]`)) return;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = pathname;
  document.head.append(link);
}
