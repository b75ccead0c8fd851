import type { Ran } from "./child.ts";

/** What is measured, by arm: milliseconds, or megabytes for a peak. */
export type Measure =
  | "direct first"
  | "direct no-op"
  | "direct change"
  | "direct peak"
  | "raw first"
  | "kubectl first"
  | "kubectl again"
  | "kubectl peak"
  | "plan"
  | "judge"
  | "cdk8s";

/** Every measurement of a run, by size and measure, in the order of the rounds; and why an arm's contents were wrong. */
export class Measurements {
  readonly #values = new Map<string, number[]>();
  readonly #cpu = new Map<string, number[]>();
  readonly #faults = new Map<string, string>();

  add(size: number, measure: Measure, value: number): void {
    const key = `${size} ${measure}`;
    this.#values.set(key, [...(this.#values.get(key) ?? []), value]);
  }

  of(size: number, measure: Measure): number[] {
    return this.#values.get(`${size} ${measure}`) ?? [];
  }

  /** One run of an arm: its time, and the processor time it took. */
  ran(size: number, measure: Measure, { wall, cpu }: Ran): void {
    this.add(size, measure, wall);
    const key = `${size} ${measure}`;
    this.#cpu.set(key, [...(this.#cpu.get(key) ?? []), cpu]);
  }

  cpuOf(size: number, measure: Measure): number[] {
    return this.#cpu.get(`${size} ${measure}`) ?? [];
  }

  /** Voids every row of an arm at a size. */
  fault(size: number, arm: string, reason: string): void {
    this.#faults.set(`${size} ${arm}`, reason);
  }

  faultOf(size: number, ...arms: string[]): string | undefined {
    return arms.map((it) => this.#faults.get(`${size} ${it}`)).find((it) => it !== undefined);
  }
}
