/** Where the merchant's artwork is, if `brand.svg` lies in this folder when the windows are built. */
const found = import.meta.glob<string>('./brand.svg', { eager: true, query: '?url', import: 'default' });

export const artwork: string | undefined = found['./brand.svg'];
