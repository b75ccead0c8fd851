import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CONFIG_FILES } from "./config-files.ts";
import type { Component } from "./components.ts";
import type { Ports } from "./ports.ts";
import { writePrivate } from "./private-file.ts";

/** What a later process must know of a running control plane. */
export interface State {
  ports: Ports;
  /** Of command lines and configuration: an instance that was started differently is not taken for ours. */
  fingerprint: string;
}

const file = (dir: string): string => join(dir, "state.json");

export function readState(dir: string): State | undefined {
  try {
    return JSON.parse(readFileSync(file(dir), "utf8")) as State;
  } catch {
    // Never started, or written by a hand: what runs is found by pid, and ports are chosen anew.
    return undefined;
  }
}

export function writeState(dir: string, state: State): void {
  writePrivate(file(dir), `${JSON.stringify(state, undefined, 2)}\n`);
}

export function fingerprint(components: Component[]): string {
  return createHash("sha256")
    .update(JSON.stringify([components, CONFIG_FILES]))
    .digest("hex");
}
