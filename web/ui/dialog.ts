/** Modal dialogs on the browser's own `<dialog>`: focus stays inside, Escape closes, focus returns to where it was. */
import { cx, uniqueId } from './element';
import { i18n } from './i18n';
import { createIcon } from './icon';

/** Opens a `<dialog>` that is in the document and calls `onClose` once it has closed by whatever way. Returns a function that closes it. */
export function runModal(dialog: HTMLDialogElement, onClose: () => void): () => void {
  const before = document.activeElement as HTMLElement | null;
  let pressedOutside = false;
  const outside = (event: MouseEvent) => event.target === dialog;
  dialog.addEventListener('pointerdown', (event) => {
    pressedOutside = outside(event);
  });
  // A click that began inside (selecting a key, say) and ended outside is no wish to close.
  dialog.addEventListener('click', (event) => {
    if (pressedOutside && outside(event) && !dialog.hasAttribute('data-keep')) dialog.close();
  });
  dialog.addEventListener('cancel', (event) => {
    if (dialog.hasAttribute('data-busy')) event.preventDefault();
  });
  dialog.addEventListener('close', () => {
    if (before?.isConnected) before.focus();
    onClose();
  }, { once: true });
  dialog.showModal();
  // The button that closes comes first in the document, but it is not where work begins.
  const first = dialog.querySelector<HTMLElement>('[data-autofocus]') ?? dialog.querySelector<HTMLElement>('.mh-dialog-body :is(input, select, textarea, [tabindex="0"]), .mh-dialog-actions button');
  first?.focus();
  return () => dialog.close();
}

export interface DialogOptions {
  title: string;
  body: Node;
  actions?: HTMLElement[];
  className?: string;
}

/** Builds and opens a dialog; for pages without a framework. */
export function openDialog(options: DialogOptions): { close: () => void; closed: Promise<void>; element: HTMLDialogElement } {
  const title = cx('h2', 'mh-dialog-title', options.title);
  title.id = uniqueId('mh-dialog');
  const close = cx('button', 'mh-icon-btn', createIcon('x'));
  close.type = 'button';
  close.setAttribute('aria-label', i18n.t('ui', 'close'));
  const body = cx('div', 'mh-dialog-body', options.body);
  const element = cx('dialog', `mh-dialog ${options.className ?? ''}`, cx('div', 'mh-dialog-head', title, close), body);
  element.setAttribute('aria-labelledby', title.id);
  if (options.actions?.length) element.append(cx('div', 'mh-dialog-actions', ...options.actions));
  document.body.append(element);
  close.addEventListener('click', () => element.close());
  let finish: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    finish = resolve;
  });
  runModal(element, () => {
    element.remove();
    finish();
  });
  return { close: () => element.close(), closed, element };
}

export interface ConfirmOptions {
  title: string;
  text: string;
  action: string;
  danger?: boolean;
  /** When set, the action stays locked until exactly this is typed. */
  typed?: string;
  /** Runs while the dialog is open; a rejection is shown inside and the dialog stays. */
  run?: () => Promise<unknown>;
}

/** Asks before something happens; resolves to true when the action was chosen (and `run` succeeded). */
export async function confirm(options: ConfirmOptions): Promise<boolean> {
  const body = cx('div', 'mh-stack');
  body.append(cx('p', '', options.text));
  const cancel = cx('button', 'mh-btn', i18n.t('ui', 'cancel'));
  cancel.type = 'button';
  const action = cx('button', `mh-btn ${options.danger ? 'mh-btn-danger' : 'mh-btn-primary'}`, options.action);
  action.type = 'button';
  let input: HTMLInputElement | null = null;
  if (options.typed !== undefined) {
    const label = cx('label', 'mh-label', i18n.t('ui', 'confirm.type', { name: options.typed }));
    input = cx('input', 'mh-input');
    input.id = uniqueId('mh-confirm');
    input.autocomplete = 'off';
    input.spellcheck = false;
    input.setAttribute('data-autofocus', '');
    label.htmlFor = input.id;
    body.append(cx('div', 'mh-field', label, input));
    action.disabled = true;
    input.addEventListener('input', () => {
      action.disabled = input?.value !== options.typed;
    });
  }
  const failure = cx('p', 'mh-error');
  failure.setAttribute('role', 'alert');
  body.append(failure);
  let chosen = false;
  const { element, close, closed } = openDialog({ title: options.title, body, actions: [cancel, action], className: 'mh-dialog-small' });
  if (!input) (options.danger ? cancel : action).focus();
  const act = async () => {
    if (action.disabled) return;
    action.disabled = true;
    element.setAttribute('data-busy', '');
    try {
      await options.run?.();
      chosen = true;
      close();
    } catch (error) {
      failure.textContent = error instanceof Error ? error.message : String(error);
      action.disabled = false;
    } finally {
      element.removeAttribute('data-busy');
    }
  };
  cancel.addEventListener('click', close);
  action.addEventListener('click', () => void act());
  input?.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') void act();
  });
  await closed;
  return chosen;
}
