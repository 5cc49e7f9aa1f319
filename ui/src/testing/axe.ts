/** Accessibility rules over the whole document. */
import axe from 'axe-core';

/** What axe finds wrong, in words. jsdom draws nothing, so contrast is measured in `contrast.test.ts` instead. */
export async function violations(): Promise<string[]> {
  const { violations: found } = await axe.run(document, {
    rules: { 'color-contrast': { enabled: false } },
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  });
  return found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(' ')}`);
}
