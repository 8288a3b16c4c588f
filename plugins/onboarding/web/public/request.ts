// /request: the form is sent without leaving the page until it is right; mistakes appear beside the fields.
import { newPair } from './box';
import { all } from './page';

interface Answer {
  words?: string;
  status?: string;
  trouble?: string;
  fields?: { name: string; text: string }[];
}

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function show(control: Control, text: string): void {
  const error = document.getElementById(`${control.id}-error`);
  if (error) error.textContent = text;
  if (text) control.setAttribute('aria-invalid', 'true');
  else control.removeAttribute('aria-invalid');
}

const named = (form: HTMLFormElement, name: string): Control | null => form.querySelector<Control>(`[id="${CSS.escape(name)}"]`);

function firstWrong(controls: Control[]): Control | undefined {
  for (const control of controls) {
    const missing = control.required && control.value.trim() === '';
    show(control, missing ? (document.getElementById(`${control.id}-error`)?.dataset.required ?? '') : '');
  }
  return controls.find((control) => control.getAttribute('aria-invalid') === 'true');
}

async function send(form: HTMLFormElement): Promise<Answer> {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') body.append(name, value);
  const response = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'application/json' }, credentials: 'same-origin' });
  const answer = (await response.json()) as Answer & { detail?: string };
  if (!response.ok && !answer.fields && !answer.trouble) return { trouble: answer.detail ?? '' };
  return answer;
}

export function request(): void {
  const form = document.querySelector<HTMLFormElement>('[data-request-form]');
  if (!form) return;
  const controls = all<Control>('.mh-field input, .mh-field textarea, .mh-field select', form);
  const offline = form.querySelector<HTMLElement>('[data-offline]');
  const button = form.querySelector<HTMLButtonElement>('button[type=submit]');
  const secretKey = form.querySelector<HTMLInputElement>('[name=public_key]');
  if (!offline || !button || !secretKey) return;
  const unreachable = offline.textContent ?? '';
  const name = button.textContent ?? '';
  form.noValidate = true;
  document.querySelector<HTMLElement>('[data-summary]')?.focus();

  for (const control of controls) control.addEventListener('input', () => control.hasAttribute('aria-invalid') && show(control, ''));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    offline.hidden = true;
    const wrong = firstWrong(controls);
    if (wrong) return wrong.focus();
    if (!secretKey.value) secretKey.value = newPair() ?? '';
    button.disabled = true;
    button.textContent = button.dataset.busy ?? name;
    send(form)
      .then(
        (answer) => {
          if (answer.status) return location.assign(answer.status);
          for (const field of answer.fields ?? []) {
            const control = named(form, field.name);
            if (control) show(control, field.text);
            else answer.trouble = field.text;
          }
          if (answer.trouble !== undefined) {
            offline.textContent = answer.trouble || unreachable;
            offline.hidden = false;
          }
          form.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
        },
        () => {
          offline.textContent = unreachable;
          offline.hidden = false;
        },
      )
      .finally(() => {
        button.disabled = false;
        button.textContent = name;
      });
  });
}
