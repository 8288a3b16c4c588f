/** Turns a button and a list of `role="menuitem"` elements into a menu: arrow keys, Escape, focus return, closing on a press outside. */
export function attachMenu(button: HTMLElement, menu: HTMLElement): () => void {
  const items = () => [...menu.querySelectorAll<HTMLElement>('[role^=menuitem]')].filter((item) => !item.hasAttribute('disabled'));
  button.setAttribute('aria-haspopup', 'menu');
  button.setAttribute('aria-expanded', 'false');
  menu.setAttribute('role', 'menu');
  menu.hidden = true;

  const set = (open: boolean, focusButton = false) => {
    menu.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
    if (open) items()[0]?.focus();
    else if (focusButton) button.focus();
  };
  const onButton = () => set(menu.hidden);
  const onButtonKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' && menu.hidden) {
      event.preventDefault();
      set(true);
    }
  };
  const onMenuKey = (event: KeyboardEvent) => {
    const list = items();
    const index = list.indexOf(document.activeElement as HTMLElement);
    const next = { ArrowDown: index + 1, ArrowUp: index - 1 + list.length, Home: 0, End: list.length - 1 }[event.key];
    if (next !== undefined && list.length > 0) {
      event.preventDefault();
      list[next % list.length]?.focus();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      set(false, true);
    } else if (event.key === 'Tab') {
      set(false);
    }
  };
  const onMenuClick = (event: Event) => {
    // Boxes that are ticked stay for the next one.
    if ((event.target as HTMLElement).closest('[role=menuitem], [role=menuitemradio]')) set(false, true);
  };
  const onOutside = (event: Event) => {
    const path = event.composedPath();
    if (!menu.hidden && !path.includes(menu) && !path.includes(button)) set(false);
  };
  button.addEventListener('click', onButton);
  button.addEventListener('keydown', onButtonKey);
  menu.addEventListener('keydown', onMenuKey);
  menu.addEventListener('click', onMenuClick);
  document.addEventListener('pointerdown', onOutside);
  return () => {
    button.removeEventListener('click', onButton);
    button.removeEventListener('keydown', onButtonKey);
    menu.removeEventListener('keydown', onMenuKey);
    menu.removeEventListener('click', onMenuClick);
    document.removeEventListener('pointerdown', onOutside);
  };
}
