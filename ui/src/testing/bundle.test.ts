// @vitest-environment node
import { build, type Rolldown } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';

/** What is shipped, held against the content security policy and the promise of a small customer page. */
describe('the shipped pages', () => {
  let files: (Rolldown.OutputChunk | Rolldown.OutputAsset)[];

  beforeAll(async () => {
    const built = await build({ mode: 'production', logLevel: 'error', build: { write: false } });
    files = (built as Rolldown.RolldownOutput).output;
  }, 60_000);

  const chunks = (): Rolldown.OutputChunk[] => files.filter((file) => file.type === 'chunk');
  const text = (file: Rolldown.OutputChunk | Rolldown.OutputAsset): string =>
    file.type === 'chunk' ? file.code : String(file.source);

  it('are three', () => {
    const pages = files.map((file) => file.fileName).filter((name) => name.endsWith('.html'));
    expect(pages.sort()).toEqual(['cashier.html', 'customer.html', 'phone.html']);
  });

  it('contain no story and no player', () => {
    const modules = chunks().flatMap((chunk) => chunk.moduleIds);
    expect(modules.some((module) => module.endsWith('/platform/tauri.ts'))).toBe(true);
    expect(modules.filter((module) => /browser\.ts|stories|testing/.test(module))).toEqual([]);
  });

  it('need nothing that the policy forbids: no inline script or style, no data: address, nothing from outside', () => {
    for (const file of files) {
      const source = text(file);
      if (file.fileName.endsWith('.html')) {
        expect(source).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/);
        expect(source).not.toMatch(/<style|\sstyle=/);
      }
      if (file.fileName.endsWith('.css')) expect(source).not.toMatch(/url\(|@import/);
      expect(source, file.fileName).not.toMatch(/data:(image|font|text)/);
      expect(source.replaceAll('http://www.w3.org/', ''), file.fileName).not.toMatch(/src=\\?"https?:/);
      // A style attribute in a template would be dropped by the policy, silently.
      expect(source, file.fileName).not.toMatch(/<[a-z]+[^>`]*\sstyle="/);
    }
  });

  it('give the customer page less than 105 kB to read in all', () => {
    const entry = chunks().find((chunk) => chunk.isEntry && chunk.name === 'customer');
    const needed = new Set<string>();
    const need = (name: string): void => {
      const chunk = chunks().find((found) => found.fileName === name);
      if (!chunk || needed.has(name)) return;
      needed.add(name);
      chunk.imports.forEach(need);
    };
    need(entry?.fileName ?? '');
    const bytes = chunks()
      .filter((chunk) => needed.has(chunk.fileName))
      .reduce((sum, chunk) => sum + chunk.code.length, 0);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(105_000);
  });
});
