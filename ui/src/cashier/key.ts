/** Names what is asked for, so that asked for again it is the same: 32 hexadecimal digits that nobody has had before. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `cashier-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
