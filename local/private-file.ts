import { randomUUID } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";

/** Writes a file that only its owner reads, whole or not at all: a reader never sees half of it. */
export function writePrivate(file: string, text: string): void {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
}
