/** Short messages at the edge of the page. Two live regions exist from the start, because one that is added with its text is often not read out. */
import { cx } from './element';
import { i18n } from './i18n';
import { createIcon } from './icon';

export type ToastKind = 'ok' | 'info' | 'error';
const ICON: Record<ToastKind, string> = { ok: 'circle-check', info: 'info', error: 'circle-alert' };
let regions: { polite: HTMLElement; urgent: HTMLElement; box: HTMLElement } | null = null;

function ensureRegions(): NonNullable<typeof regions> {
  if (regions) return regions;
  const polite = cx('div', 'mh-toasts-region');
  polite.setAttribute('role', 'status');
  const urgent = cx('div', 'mh-toasts-region');
  urgent.setAttribute('role', 'alert');
  const box = cx('div', 'mh-toasts', polite, urgent);
  box.setAttribute('popover', 'manual');
  document.body.append(box);
  regions = { polite, urgent, box };
  return regions;
}

export interface ToastOptions {
  /** One button in the message; pressing it removes the message. */
  action?: { label: string; run: () => void };
  /** How long the message stays, in milliseconds. A message with an action keeps to it even when pointed at: the action has a deadline. */
  stay?: number;
}

/** Shows a message; errors stay until dismissed, the rest leaves after six seconds unless pointed at. Returns a function that removes it. */
export function toast(kind: ToastKind, text: string, detail = '', options: ToastOptions = {}): () => void {
  const { polite, urgent, box } = ensureRegions();
  const body = cx('div', 'mh-toast-body', cx('p', 'mh-toast-text', text));
  if (detail) body.append(cx('p', 'mh-toast-detail', detail));
  const close = cx('button', 'mh-icon-btn', createIcon('x'));
  close.type = 'button';
  close.setAttribute('aria-label', i18n.t('ui', 'dismiss'));
  const item = cx('div', `mh-toast mh-toast-${kind}`, createIcon(ICON[kind]), body);
  if (options.action) {
    const { label, run } = options.action;
    const button = cx('button', 'mh-btn mh-btn-quiet mh-btn-small mh-toast-action', label);
    button.type = 'button';
    button.addEventListener('click', () => {
      remove();
      run();
    });
    item.append(button);
  }
  item.append(close);
  // A popover stands above open dialogs; shown again so that it is above the newest one.
  if (box.matches(':popover-open')) box.hidePopover();
  box.showPopover();
  (kind === 'error' ? urgent : polite).append(item);
  const remove = () => {
    item.remove();
    if (box.querySelector('.mh-toast') === null && box.matches(':popover-open')) box.hidePopover();
  };
  close.addEventListener('click', remove);
  if (kind !== 'error') {
    let timer = window.setTimeout(remove, options.stay ?? 6000);
    if (options.action) return remove;
    item.addEventListener('pointerenter', () => window.clearTimeout(timer));
    item.addEventListener('pointerleave', () => {
      timer = window.setTimeout(remove, 3000);
    });
  }
  return remove;
}

if (typeof document !== 'undefined') {
  if (document.body) ensureRegions();
  else document.addEventListener('DOMContentLoaded', () => ensureRegions());
}
