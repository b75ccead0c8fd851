import type { Tried } from "./check.ts";
import { type Change, pod } from "./sample.ts";

/** A pod that must be refused, beside a restricted one that must not. */
export type PodRow = [
  id: string,
  title: string,
  controls: string[],
  what: string,
  change: Change,
  ...more: [what: string, change: Change][],
];

export const podChecks = (rows: PodRow[]): Tried[] =>
  rows.map(([id, title, controls, what, change, ...more]) => ({
    ...{ id: `pods.${id}`, title, controls: [...controls, "OWASP K01", "NSA pod security"] },
    fix: "label the namespace pod-security.kubernetes.io/enforce=restricted",
    tries: (space) => [[what, change] as const, ...more].map(([title, bend]) => pod(title, space, bend)),
    control: (space) => pod("a restricted pod", space),
  }));
