import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The preview server sends what the shell sends, so that a page that breaks the policy breaks here first. */
function contentSecurityPolicy(): string {
  const conf = JSON.parse(readFileSync(here('../tauri.conf.json'), 'utf8')) as {
    app: { security: { csp: string } };
  };
  return conf.app.security.csp;
}

// `--mode browser` swaps the platform for the story player. In every other mode the player is not even
// in the module graph, so the shipped pages cannot contain it.
export default defineConfig(({ mode }) => ({
  // The pages are embedded in the program and never served from a folder of their own.
  base: './',
  plugins: [svelte()],
  resolve: {
    alias: {
      $platform: here(mode === 'browser' ? './src/platform/browser.ts' : './src/platform/tauri.ts'),
    },
    // Without this, vitest would load Svelte's server half, which cannot mount a component.
    ...(mode === 'test' ? { conditions: ['browser'] } : {}),
  },
  build: {
    outDir: 'dist',
    target: 'es2022',
    // The content security policy forbids data: addresses and inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        customer: here('./customer.html'),
        cashier: here('./cashier.html'),
        phone: here('./phone.html'),
      },
    },
  },
  preview: { headers: { 'Content-Security-Policy': contentSecurityPolicy() } },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['./src/testing/setup.ts'],
    restoreMocks: true,
  },
}));
