import type { Clock } from "../../engine/cluster/clock.ts";

/** A clock that jumps: sleeps take no time, and are noted. */
export class JumpingClock implements Clock {
  readonly sleeps: number[] = [];
  time = Date.UTC(2026, 0, 1);
  chance = 0.5;

  now(): number {
    return this.time;
  }

  random(): number {
    return this.chance;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(ms);
    await new Promise(setImmediate);
    if (!signal?.aborted) this.time += ms;
  }
}

/** A clock that stands still until a test moves it on. */
export class HandClock implements Clock {
  #time = Date.UTC(2026, 0, 1);
  #sleepers: { until: number; wake: () => void }[] = [];

  now(): number {
    return this.#time;
  }

  random(): number {
    return 0;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= 0 || signal?.aborted) return;
    await new Promise<void>((wake) => {
      this.#sleepers.push({ until: this.#time + ms, wake });
      signal?.addEventListener("abort", () => wake(), { once: true });
    });
  }

  /** Moves on a second at a time, and gives what wakes a little real time for its requests, until the condition holds. */
  async runUntil(done: () => boolean): Promise<void> {
    while (!done()) {
      this.#time += 1000;
      const [due, later] = [true, false].map((is) => this.#sleepers.filter(({ until }) => until <= this.#time === is));
      this.#sleepers = later ?? [];
      due?.forEach(({ wake }) => wake());
      await new Promise((next) => setTimeout(next, 15));
    }
  }
}
