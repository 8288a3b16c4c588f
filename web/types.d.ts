/// <reference types="svelte" />
/// <reference types="vite/client" />
import type { Chip, Column, Option, Select, Sort, Tab } from '@masthead/ui';

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'mh-icon': HTMLAttributes<HTMLElement> & { name: string; label?: string };
    'mh-name': HTMLAttributes<HTMLElement> & { value: string };
    'mh-time': HTMLAttributes<HTMLElement> & { value: string | null; absolute?: boolean | '' };
    'mh-copy': HTMLAttributes<HTMLElement> & { value: string; label?: string; block?: boolean | '' };
    'mh-field': HTMLAttributes<HTMLElement> & { label: string; hint?: string; error?: string };
    'mh-chips': HTMLAttributes<HTMLElement> & { items: readonly Chip[]; value: readonly string[]; label: string; onchange?: (event: CustomEvent<string[]>) => void };
    'mh-combobox': HTMLAttributes<HTMLElement> & {
      items: readonly Option[]; value: readonly string[]; label?: string; placeholder?: string; name?: string; empty?: string; multiple?: boolean; disabled?: boolean;
      create?: ((text: string) => string | null) | null; onchange?: (event: CustomEvent<string[]>) => void;
    };
    'mh-tabs': HTMLAttributes<HTMLElement> & { items: readonly Tab[]; value: string; label: string; panel?: string; onchange?: (event: CustomEvent<string>) => void };
    'mh-state': HTMLAttributes<HTMLElement> & { kind: 'empty' | 'loading' | 'error'; heading: string; detail?: string; icon?: string };
    'mh-table': HTMLAttributes<HTMLElement> & {
      columns: readonly Column<any>[]; rows: readonly any[]; sort?: Sort | null; label: string; rowHeight?: number; cardHeight?: number;
      rowId?: (row: any) => string; rowClass?: (row: any) => string; rowLabel?: (row: any) => string; selectable?: boolean; selected?: ReadonlySet<string>;
      'onmh-select'?: (event: CustomEvent<Select>) => void; 'onmh-sort'?: (event: CustomEvent<Sort>) => void;
    };
  }
}
export {};
