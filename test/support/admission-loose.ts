/** A manifest that tests bend on purpose, also into shapes no type allows. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Loose = any;
