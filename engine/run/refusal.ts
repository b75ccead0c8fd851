import type { Finding } from "../plan/check.ts";

/** The run ends before anything was changed; every reason is a line. */
export class Refusal extends Error {
  readonly reasons: string[];
  constructor(reasons: readonly string[]) {
    super(reasons.join("\n"));
    this.reasons = [...reasons];
  }
}

/** `acme-api (Namespace): restricted-namespaces: found and wanted. Fix: a line to type`. */
export const formatFinding = (it: Finding): string =>
  `${it.on}: ${it.rule}: ${it.message}${it.fix ? `\n    fix: ${it.fix}` : ""}`;
