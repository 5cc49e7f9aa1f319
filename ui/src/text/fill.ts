/** The blanks that a text may have. */
export type Blank =
  | 'amount'
  | 'app'
  | 'count'
  | 'day'
  | 'file'
  | 'folder'
  | 'id'
  | 'limit'
  | 'movements'
  | 'msn'
  | 'name'
  | 'number'
  | 'purpose'
  | 'reference'
  | 'shop'
  | 'time'
  | 'totals';

/**
 * Fills the `{blanks}` of a text. A blank without a value stays as it is written: it then stands out in the
 * window and fails the test that reads every screen, where an empty space would pass unseen.
 */
export function fill(text: string, values: Partial<Record<Blank, string>>): string {
  return text.replace(/\{(\w+)\}/g, (written, blank: string) => values[blank as Blank] ?? written);
}
