import type { Identity } from "./identity.ts";
import type { Space } from "./space.ts";

/** What every check says of itself. Ids are stable: pipelines and exceptions name them. */
export interface Titled {
  /** FAMILY.THING */
  id: string;
  /** What holds when it passes. */
  title: string;
  /** Entries of CIS Kubernetes Benchmark 1.12 ("CIS 5.2.2"), OWASP Kubernetes Top Ten 2025 ("OWASP K01") and NSA/CISA hardening guide 1.2 ("NSA pod security"). */
  controls: string[];
  /** For whoever has to mend a failure: a line to do. */
  fix: string;
  /** Asks for what only this platform promises; skipped in other namespaces. */
  own?: boolean;
}

/** One request, sent as a server-side trial: admitted or refused, and nothing is stored. */
export interface Trial {
  /** "a privileged pod" */
  what: string;
  verb: "create" | "patch" | "update";
  /** "pods", "deployments.apps", "namespaces/status". */
  resource: string;
  /** Unset for a create. */
  name?: string;
  /** Default: the one that is judged. */
  namespace?: string;
  body: object;
}

/** Things that must be refused, each beside one of the same kind that must be let in. */
export interface Tried extends Titled {
  tries: (space: Space) => Trial[];
  control: (space: Space) => Trial;
  /** "administrator": tried as whoever runs this, for what not even they may do by mistake. "rights": a guard of RBAC, so never tried as an administrator. */
  as?: "administrator" | "rights";
}

/** A question to the authorizer: VERB RESOURCE, as in "get pods/log" or "list ingresses.networking.k8s.io". */
export type Question = string;

export const WRITE = ["create", "update", "patch", "delete", "deletecollection"];

/** Each verb on each resource. */
export const ask = (verbs: readonly string[], ...resources: string[]): Question[] =>
  resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`));

/** Rights nobody asked may have, beside one that they must have. */
export interface Asked extends Titled {
  denied: Question[];
  /** Must be allowed to each who has a persona here. Default: get pods. */
  allowed?: Question;
  /** Whom it is about. Default: everybody found in the namespace. */
  who?: (space: Space) => Identity[];
  /** Namespaces that are meant; "cluster" for what is in none, or in all. Default: the one that is judged. */
  where?: (space: Space) => string[];
  /** What to say when there is nobody, or nowhere, to ask about. */
  nobody?: string;
}

/** What the objects themselves say: one line for each thing that is wrong, none when all is well. */
export interface Looked extends Titled {
  look: (space: Space) => string[] | Verdict;
  /** What was found to be right. */
  well: string;
}

export type Check = Tried | Asked | Looked;

export interface Verdict {
  outcome: "pass" | "fail" | "skipped";
  message: string;
}

export const passed = (message: string): Verdict => ({ outcome: "pass", message });
export const failed = (message: string): Verdict => ({ outcome: "fail", message });
export const skipped = (message: string): Verdict => ({ outcome: "skipped", message });
