/** What a run tells while it works; the command decides how to show it. */
export type Event =
  | { kind: "phase"; text: string }
  | { kind: "progress"; text: string; done: number; of: number }
  | { kind: "note"; text: string };

export type Report = (event: Event) => void;

/** How long a run lasted in each of its parts, in milliseconds. */
export type Timing = Record<string, number>;
