import type { Cluster } from "../cluster/cluster.ts";
import { ClusterError, line, record } from "../cluster/status.ts";
import { judgeAsked } from "./ask.ts";
import { Asker, type Asking } from "./asker.ts";
import { CHECKS } from "./catalogue.ts";
import { type Check, failed, passed, skipped, type Verdict } from "./check.ts";
import type { Identity } from "./identity.ts";
import { readPlatform } from "./platform.ts";
import type { CheckResult, Target, VerifyReport } from "./report.ts";
import { readSpace, type Space } from "./space.ts";
import { judgeTried } from "./try.ts";

export interface VerifyArgs {
  cluster: Cluster;
  targets: Target[];
  /** Who is tried. Default: the groups a namespace names for its personas, else everybody bound in it. */
  as?: Identity[];
  /** Called as results come, in no order. */
  onResult?: (result: CheckResult) => void;
}

/** Requests under way at once: fewer than the connections, so that others of the same process get through. */
const AT_ONCE = 24;
const LONGEST = 1_500;

/**
 * Judges namespaces by asking the API server: access reviews, reads, and trials that it does not store. Nothing changes.
 * Throws ClusterError when a namespace is not there or the caller may not ask as somebody else.
 */
export async function verify({ cluster, targets, as, onResult }: VerifyArgs): Promise<VerifyReport> {
  const began = performance.now();
  await mayAsk(cluster);
  const platform = await readPlatform(cluster);
  const spaces = await Promise.all(targets.map((it) => readSpace(cluster, it, platform, as)));
  const asker = new Asker(cluster);
  // Check by check and not namespace by namespace, so that no tenant's fair share of the server is asked for at once.
  const jobs = CHECKS.flatMap((check, row) => spaces.map((space, column) => ({ check, space, row, column })));
  const results = new Map<string, CheckResult>();
  const queue = jobs[Symbol.iterator]();
  const work = async () => {
    for (const { check, space, row, column } of queue) {
      const { outcome, message } = await judge(check, space, asker);
      // Names that others chose stand in it.
      const result = { ...titleOf(check, space), outcome, message: line(message, LONGEST) };
      results.set(`${column} ${row}`, result);
      onResult?.(result);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return {
    server: cluster.server.url,
    targets: spaces.map(({ tenant, namespace }) => ({ ...(tenant !== undefined && { tenant }), namespace })),
    results: spaces.flatMap((_, column) => CHECKS.flatMap((_, row) => results.get(`${column} ${row}`) ?? [])),
    seconds: (performance.now() - began) / 1000,
  };
}

const titleOf = ({ id, title, controls }: Check, { tenant, namespace }: Space) => ({
  ...{ id, title, controls, tenant, namespace },
});

async function judge(check: Check, space: Space, asker: Asking): Promise<Verdict> {
  if (check.own && !space.own) return skipped("only where this platform made the namespace");
  if ("tries" in check) return judgeTried(check, space, asker);
  if ("denied" in check) return judgeAsked(check, space, asker);
  const found = check.look(space);
  if (!Array.isArray(found)) return found;
  return found.length === 0 ? passed(check.well) : failed(`${found.join("; ")}: ${check.fix}`);
}

const NEEDED = [
  { verb: "impersonate", group: "", resource: "users" },
  { verb: "impersonate", group: "", resource: "groups" },
  { verb: "impersonate", group: "", resource: "serviceaccounts" },
  { verb: "create", group: "authorization.k8s.io", resource: "subjectaccessreviews" },
];

/** Otherwise every answer would be a refusal, and would look like safety. */
async function mayAsk(cluster: Cluster): Promise<void> {
  const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  const answers = await Promise.all(
    NEEDED.map((it) => cluster.request("POST", path, { body: { spec: { resourceAttributes: it } }, idempotent: true })),
  );
  const lacking = NEEDED.filter((_, at) => record(record(answers[at])["status"])["allowed"] !== true);
  if (lacking.length === 0) return;
  const rights = lacking.map(({ verb, resource }) => `${verb} ${resource}`).join(", ");
  throw new ClusterError(
    `you may not ${rights} on ${cluster.server.url}: verify asks as each tenant would; use the credentials of a cluster administrator`,
  );
}
