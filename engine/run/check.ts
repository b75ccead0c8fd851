import type { Stack } from "../fleet.ts";
import type { Finding } from "../plan/check.ts";
import type { Registration } from "../plan/registration.ts";
import { judgeTogether, planUnits } from "../plan/unit.ts";
import { leftToCli, servable } from "./cli-only.ts";

export interface Judgement {
  resources: number;
  rules: number;
  findings: Finding[];
  /** What the direct engine could not apply; the CLI can. */
  refusals: string[];
}

/** Plans the whole stack and judges it by every rule. Needs no cluster and no credentials. */
export async function judge(stack: Stack): Promise<Judgement> {
  const judgement: Judgement = {
    resources: 0,
    rules: (await stack.guardrails()).rules.length,
    findings: [],
    refusals: [],
  };
  const summaries: Registration[] = [];
  const elsewhere = stack.fleet.tenants.filter((it) => it.cliOnly !== undefined);
  for (const [tenants, platform] of [[servable(stack), true] as const, [elsewhere, false] as const]) {
    for await (const shard of planUnits(stack, { platform, tenants })) {
      judgement.resources += shard.plan.registrations.length;
      judgement.findings.push(...shard.findings);
      // One line says why such a tenant is not for this engine; each of its objects would say it again.
      if (platform) judgement.refusals.push(...shard.refusals);
      summaries.push(...shard.summaries);
    }
  }
  judgement.refusals.push(...leftToCli(stack));
  judgement.findings.push(...(await judgeTogether(stack, summaries)));
  return judgement;
}
