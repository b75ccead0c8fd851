import type { Growth, Point } from "./growth.ts";
import type { Summary } from "./statistics.ts";

/** One row of the table: a ratio, or megabytes, at one size. */
export interface Row {
  id: string;
  what: string;
  against: string;
  tenants: number;
  unit: "x" | "MB" | "%";
  value: Summary;
  /** The same ratio of the clients' processor time alone: what the server does is not in it. Median. */
  cpu?: number;
  /** What is to be reached, where the size has one. */
  target?: number;
  /** Why the row says nothing; absent when the contents were right. */
  void?: string;
}

export interface GrowthRow {
  what: "plan" | "first up" | "no-op up";
  growth: Growth;
  /** Times relative to the smallest size. */
  points: Point[];
}

export interface Results {
  /** `load`: processes that wanted a core when the run began, for each core: above 0.5 others disturbed it. */
  machine: { cores: number; memoryGiB: number; load: number };
  node: string;
  kubernetes: string;
  command: string;
  /** Objects by number of generated tenants. */
  objects: Record<string, number>;
  rows: Row[];
  growth: GrowthRow[];
}
