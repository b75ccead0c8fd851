import type { Clock } from "./clock.ts";

const SLOW_MS = 2_000;

/**
 * Admits at most `most` requests at a time, fewer when the server is busy: halves on 429 and on a time-out, narrows by a tenth on answers slower
 * than 2 s, and widens by one for each full round of quick ones (AIMD, as TCP does).
 */
export class Gate {
  #width: number;
  #inside = 0;
  #shrunkAt = -Infinity;
  readonly #most: number;
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number, clock: Clock) {
    this.#most = most;
    this.#width = most;
    this.#clock = clock;
  }

  /** How many may be inside now: at least 1. */
  get width(): number {
    return Math.floor(this.#width);
  }

  /** Runs the work when there is room. `busy` says whether the answer means that the server wants less. */
  async run<T>(work: () => Promise<T>, busy: (answer: T) => boolean): Promise<T> {
    if (this.#inside >= this.width) await new Promise<void>((go) => this.#waiting.push(go));
    else this.#inside += 1;
    const since = this.#clock.now();
    try {
      const answer = await work();
      if (busy(answer)) this.#shrink(since, 0.5);
      else if (this.#clock.now() - since > SLOW_MS) this.#shrink(since, 0.9);
      else this.#width = Math.min(this.#most, this.#width + 1 / this.#width);
      return answer;
    } catch (error) {
      if (this.#clock.now() - since > SLOW_MS) this.#shrink(since, 0.5);
      throw error;
    } finally {
      this.#leave();
    }
  }

  /** Once per round: the answers to requests sent before the last shrink say nothing new. */
  #shrink(since: number, factor: number): void {
    if (since < this.#shrunkAt) return;
    this.#shrunkAt = this.#clock.now();
    this.#width = Math.max(1, this.#width * factor);
  }

  /** Hands the place on, or gives it up when the gate has narrowed. */
  #leave(): void {
    this.#inside -= 1;
    while (this.#inside < this.width) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#inside += 1;
      next();
    }
  }
}
