/** Keys on the glass go where the keyboard would: into the field that has the focus. */
import type { Key } from './sale.svelte';

const TEXT: readonly string[] = ['text', 'tel', 'password', 'search'];

/** Whether digits can be typed into it. */
export function takesDigits(field: EventTarget | null): field is HTMLInputElement {
  return field instanceof HTMLInputElement && !field.disabled && TEXT.includes(field.type);
}

/** Types `key` into the focused field, if there is one that takes digits. */
export function typeIntoFocused(key: Key | ','): boolean {
  const field = document.activeElement;
  if (!takesDigits(field)) return false;
  const [start, end] = [field.selectionStart ?? field.value.length, field.selectionEnd ?? field.value.length];
  if (key === 'clear') field.value = '';
  else if (key === 'backspace') {
    field.setRangeText('', start === end ? Math.max(0, start - 1) : start, end, 'end');
  } else if (field.maxLength < 0 || field.value.length - (end - start) + key.length <= field.maxLength) {
    field.setRangeText(key, start, end, 'end');
  }
  field.dispatchEvent(new Event('input', { bubbles: true }));
  return true;
}
