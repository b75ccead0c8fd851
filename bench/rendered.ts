import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { canonical } from "../engine/plan/canonical.ts";
import type { KubeObject } from "../engine/cluster/object.ts";
import type { Path } from "../engine/plan/registration.ts";

/** One planned object, one line of a rendered file: the input of every arm. */
export interface Rendered {
  key: string;
  /** "platform" for the platform's own. */
  unit: string;
  object: KubeObject;
  secrets: Path[];
}

export async function* readRendered(file: string): AsyncGenerator<Rendered, void, undefined> {
  for await (const line of createInterface({ input: createReadStream(file) })) yield JSON.parse(line) as Rendered;
}

/** Digest of a set of objects, whatever their order. */
export class SetDigest {
  readonly #lines: string[] = [];

  add(key: string, content: unknown): void {
    this.#lines.push(`${key} ${createHash("sha256").update(canonical(content)).digest("hex")}`);
  }

  get count(): number {
    return this.#lines.length;
  }

  toString(): string {
    return createHash("sha256").update(this.#lines.toSorted().join("\n")).digest("hex");
  }
}
