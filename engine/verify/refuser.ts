import type { ApiError } from "../cluster/status.ts";

/** Who said no. */
export type Refuser = "rights" | "quota" | "policy" | "api" | "no trial" | "unserved";

export interface Refusal {
  by: Refuser;
  /** As a report says it: 'admission policy "tenantry-pinned-images"'. */
  name: string;
}

type Reader = [pattern: RegExp, by: Refuser, name: (found: string) => string];

/** In the order of trust: a policy's own text may quote what others say. */
const READERS: Reader[] = [
  [/does not support dry run/, "no trial", () => "an admission webhook that cannot be asked without a change"],
  [/failed calling webhook "([^"]+)"/, "no trial", (it) => `admission webhook "${it}", which does not answer`],
  [/(?:Validating|Mutating)AdmissionPolicy '([^']+)'/, "policy", (it) => `admission policy "${it}"`],
  [/admission webhook "([^"]+)" denied/, "policy", (it) => `admission webhook "${it}"`],
  [/violates PodSecurity "([^"]+)"/, "policy", (it) => `Pod Security (${it})`],
  [/(?:exceeded|failed) quota: ([^,:]+)/, "quota", (it) => `quota "${it.trim()}"`],
  [/insufficient quota/, "quota", () => "quota of the priority class"],
  [/(?:maximum|minimum) .* usage per /, "policy", () => "the LimitRange"],
  [/is attempting to grant RBAC permissions/, "rights", () => "RBAC: nobody grants what they do not have"],
  [/cannot [a-z]+ resource /, "rights", () => "RBAC"],
];

/** Reads a refusal; texts about Secrets are withheld, so there only the fact is known. */
export function refusalOf(error: ApiError): Refusal {
  for (const [pattern, by, name] of READERS) {
    const found = pattern.exec(error.message);
    if (found) return { by, name: name(found[1] ?? "") };
  }
  if (error.status === 404 || error.status === 405) return { by: "unserved", name: "a server that does not know it" };
  if (error.status >= 500) return { by: "no trial", name: `the server (${error.status})` };
  if (/text withheld/.test(error.message)) return { by: "policy", name: `the server, text withheld (${error.status})` };
  return { by: "api", name: `the API server itself (${error.status} ${error.reason})` };
}
