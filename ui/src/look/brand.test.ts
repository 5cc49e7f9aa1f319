import { render, screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import Brand from './Brand.svelte';

describe('the brand slot', () => {
  it('shows the artwork that a merchant supplied, under the name of the app', () => {
    render(Brand, { name: 'Vipps', picture: 'brand.svg' });
    expect(screen.getByTestId('brand').getAttribute('alt')).toBe('Vipps');
    expect(screen.getByTestId('brand').getAttribute('src')).toBe('brand.svg');
  });

  it('shows nothing without', () => {
    render(Brand, { name: 'Vipps', picture: '' });
    expect(document.querySelector('img')).toBeNull();
  });
});
