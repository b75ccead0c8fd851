import type { Timing } from "./events.ts";

/** Notes how long each part of a run lasted, in milliseconds. */
export function stopwatch(): { laps: Timing; lap: (name: string) => void } {
  const laps: Timing = {};
  let since = performance.now();
  return {
    laps,
    lap: (name) => {
      const now = performance.now();
      laps[name] = Math.round(now - since);
      since = now;
    },
  };
}
