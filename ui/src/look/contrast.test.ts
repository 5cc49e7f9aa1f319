import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

const css = readFileSync('src/look/tokens.css', 'utf8');

/** The colour of a token, as written. */
function token(name: string): string {
  const value = new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(css)?.[1];
  if (!value) throw new Error(`no colour --${name}`);
  return value;
}

/** Relative luminance, WCAG 2.2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe('contrast', () => {
  it('is measured as WCAG measures it', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 1);
  });

  it.each([
    ['ink', 'ground'],
    ['ink', 'ground-heed'],
    ['ink', 'heed-soft'],
    ['ink-soft', 'ground'],
    ['ink-soft', 'ground-heed'],
    ['ink-soft', 'paper'],
    ['on-accent', 'accent'],
    ['on-accent', 'accent-deep'],
    ['on-accent-soft', 'accent'],
    ['heed', 'heed-soft'],
    ['heed', 'paper'],
    ['on-accent', 'heed'],
    ['accent', 'paper'],
    ['accent', 'ground'],
  ])('%s on %s is 7:1 or better (AAA for text)', (text, ground) => {
    expect(contrast(token(text), token(ground))).toBeGreaterThanOrEqual(7);
  });

  it.each([
    ['edge', 'paper'],
    ['edge', 'ground'],
    ['accent', 'line'],
    ['heed', 'line'],
    ['accent', 'ground'],
    ['heed', 'ground-heed'],
  ])('%s on %s is 3:1 or better (shapes and edges)', (shape, ground) => {
    expect(contrast(token(shape), token(ground))).toBeGreaterThanOrEqual(3);
  });
});
