import type { Cluster } from "../cluster/cluster.ts";
import { ApiError, record } from "../cluster/status.ts";
import type { Question, Trial } from "./check.ts";
import type { Identity } from "./identity.ts";
import { type Refusal, refusalOf } from "./refuser.ts";
import { partsOf, pathOf } from "./resource.ts";
import { couldGrant, rulesOf } from "./rules-review.ts";

export type Answer = { admitted: true } | ({ admitted: false } & Refusal);

export type Asking = Pick<Asker, "may" | "try">;

/** A namespace that nobody has: what somebody may do there, they may do everywhere. */
const NOWHERE = "tenantry-verify-nowhere";
const REVIEWS = "/apis/authorization.k8s.io/v1/";

/** Puts questions and trials to the cluster as somebody else, each but once a run. Nothing it sends can change anything. */
export class Asker {
  readonly #cluster: Cluster;
  readonly #rights = new Map<string, Promise<boolean>>();
  readonly #rules = new Map<string, ReturnType<typeof rulesOf>>();
  readonly #trials = new Map<string, Promise<Answer>>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /**
   * Whether somebody has a right, by the cluster's own authorizer. `where` is a namespace, or "cluster". What none of their rules could
   * grant is not asked one by one: a tenant's thousand questions are a dozen then.
   */
  may(who: Identity, question: Question, where: string): Promise<boolean> {
    return once(this.#rights, `${who.title} ${question} ${where}`, async () => {
      const [verb = "", name = ""] = question.split(" ");
      const place = where === "cluster" ? NOWHERE : where;
      const rules = await once(this.#rules, `${who.title} ${place}`, () => rulesOf(this.#cluster, who, place));
      if (rules && !couldGrant(rules, verb, name)) return false;
      return this.#review(who, verb, name, where);
    });
  }

  async #review(who: Identity, verb: string, name: string, where: string): Promise<boolean> {
    // The name of a namespace is a part of the question about it.
    const inside = where === "cluster" ? {} : { namespace: where };
    const named = where !== "cluster" && /^namespaces(\/|$)/.test(name) ? { name: where } : {};
    const asked = { resourceAttributes: { verb, ...partsOf(name), ...inside, ...named } };
    const spec = who.self ? asked : { ...asked, user: who.user, groups: who.groups };
    const path = `${REVIEWS}${who.self ? "self" : ""}subjectaccessreviews`;
    const answer = await this.#cluster.request("POST", path, { body: { spec }, idempotent: true });
    return record(record(answer)["status"])["allowed"] === true;
  }

  /** What becomes of a request by somebody, as a server-side trial. */
  try(who: Identity, trial: Trial, namespace: string): Promise<Answer> {
    return once(this.#trials, `${who.title} ${namespace} ${JSON.stringify(trial)}`, async () => {
      const as = who.self ? this.#cluster : this.#cluster.withImpersonation(who);
      const method = { create: "POST", patch: "PATCH", update: "PUT" } as const;
      try {
        await as.request(method[trial.verb], pathOf(trial.resource, trial.namespace ?? namespace, trial.name), {
          query: { dryRun: "All", fieldManager: "tenantry-verify" },
          body: trial.body,
          idempotent: true,
          ...(trial.verb === "patch" && { contentType: "application/merge-patch+json" }),
        });
        return { admitted: true };
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return { admitted: false, ...refusalOf(error) };
      }
    });
  }
}

function once<T>(kept: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const known = kept.get(key);
  if (known) return known;
  const asked = ask();
  kept.set(key, asked);
  return asked;
}
