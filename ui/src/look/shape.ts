/** The shapes that say what happens without words and without colour, the same in every window. */
export type Shape =
  | 'welcome'
  | 'working'
  | 'phone'
  | 'counter'
  | 'tick'
  | 'card-again'
  | 'card-refused'
  | 'cross'
  | 'clock'
  | 'search'
  | 'ask';
