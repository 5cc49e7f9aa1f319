/**
 * A page on a glass that is touched stays as it is: two fingers do not make it larger, and one that rests opens no menu
 * whose first line loads the page anew. `touch-action` does not keep WebKitGTK from the first.
 */
export function keepStill(page: Document): void {
  page.addEventListener(
    'touchstart',
    (touched) => {
      if (touched.touches.length > 1) touched.preventDefault();
    },
    { passive: false },
  );
  page.addEventListener('contextmenu', (asked) => {
    const { target } = asked;
    // Whoever writes may paste.
    const writes = target instanceof HTMLInputElement && !target.readOnly;
    if (!writes) asked.preventDefault();
  });
}
