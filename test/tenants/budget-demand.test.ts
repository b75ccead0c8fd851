import { expect, test } from "vitest";
import { Tenant as TenantComponent } from "../../components/tenancy/tenant.ts";
import { spaceBudgets } from "../../tenants/budget.ts";
import { demandFindings, SCRATCH } from "../../tenants/demand.ts";
import { deploy } from "../support/deploy.ts";
import { acme, argsOf, providers } from "../support/fixtures.ts";
import { IMAGE, tenantOf } from "./samples.ts";

const small = { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "20m", memory: "32Mi" } };

/** A tenant of plan micro, whose 2Gi of scratch space are eight containers' worth. */
function said(replicas: number): string[] {
  const app = { kind: "web", image: IMAGE, replicas: { min: 1, max: replicas }, resources: small } as const;
  const tenant = tenantOf({ plan: "micro", spaces: { api: { app } } });
  const { app: judged } = tenant.spaces["api"] ?? {};
  const budget = spaceBudgets(tenant)["api"];
  if (!judged || !budget) throw new Error("no app to judge");
  return demandFindings(tenant, "api", judged, budget).map((it) => `${it.path}: ${it.found}; ${it.allowed}`);
}

test("pods whose scratch space the quota would refuse are refused before anything is made", () => {
  expect(said(7)).toEqual([]);
  expect(said(8)).toEqual([
    "spaces.api.app: scratch space of 2304Mi (9 pods of 256Mi, one of them for an update); at most 2Gi, this space's part of plan micro",
  ]);
});

test("what is reckoned with is what the namespace gives a container that states none", async () => {
  const { all } = await deploy(() => new TenantComponent("acme", argsOf(acme), providers()));
  const given = all("kubernetes:core/v1:LimitRange").map((it) => it.inputs["spec"].limits[0].default);
  expect(given.map((it) => it["ephemeral-storage"])).toEqual([SCRATCH, SCRATCH]);
});
