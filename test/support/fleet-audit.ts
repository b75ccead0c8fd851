import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** One write that the API server answered. */
export interface Write {
  verb: string;
  /** "acme-api/resourcequotas/quota" */
  object: string;
  code: number;
}

interface Line {
  verb: string;
  user: { username: string };
  requestURI: string;
  objectRef?: { namespace?: string; resource?: string; subresource?: string; name?: string };
  responseStatus?: { code?: number };
}

/** Whole lines of an audit log from this byte on. */
export function linesSince(log: string, offset: number): Line[] {
  const file = openSync(log, "r");
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(file).size - offset));
    const read = readSync(file, bytes, 0, bytes.length, offset);
    const text = bytes.subarray(0, read).toString();
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    return whole
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
  } finally {
    closeSync(file);
  }
}

/** As far as a log goes now, in bytes. */
export function sizeOf(log: string): number {
  const file = openSync(log, "r");
  try {
    return fstatSync(file).size;
  } finally {
    closeSync(file);
  }
}

/** What the administrator wrote from this byte on; dry runs and what the cluster's own programs do left out. */
export const writesSince = (log: string, offset: number): Write[] =>
  linesSince(log, offset)
    .filter((it) => it.user.username === "tenantry-local-admin" && !it.requestURI.includes("dryRun"))
    .map(({ verb, objectRef: it = {}, responseStatus }) => ({
      verb,
      object: [it.namespace, it.resource, it.subresource, it.name].filter(Boolean).join("/"),
      code: responseStatus?.code ?? 0,
    }));
