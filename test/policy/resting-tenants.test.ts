import { expect, test } from "vitest";
import { restingTenants } from "../../policy/rules/resting-tenants.ts";
import { type Judged, stackViolations } from "../support/violations.ts";

const home = (rest?: string): Judged => ({
  type: "kubernetes:core/v1:Namespace",
  name: "acme-api",
  props: {
    metadata: {
      name: "acme-api",
      labels: { "tenantry.dev/tenant": "acme", ...(rest && { "tenantry.dev/rest": rest }) },
    },
  },
});
const inside = (type: string, props: object): Judged => ({
  type: `kubernetes:${type}`,
  name: "it",
  props: { ...props, metadata: { name: "it", namespace: "acme-api" } },
});
const binding = (name: string) => inside("rbac.authorization.k8s.io/v1:RoleBinding", { roleRef: { name } });

const RUNNING: [Judged, string][] = [
  [inside("core/v1:ResourceQuota", { spec: { hard: { pods: "9" } } }), "admits 9 pods, want 0"],
  [inside("apps/v1:Deployment", { spec: { replicas: 2 } }), "has 2 replicas, want 0"],
  [inside("apps/v1:StatefulSet", { spec: {} }), "has unset replicas, want 0"],
  [inside("batch/v1:CronJob", { spec: {} }), "is not suspended, want suspend: true"],
  [inside("autoscaling/v2:HorizontalPodAutoscaler", { spec: {} }), "is there, want none"],
  [inside("networking.k8s.io/v1:Ingress", { spec: {} }), "is there, want none"],
  [binding("tenantry-tenant-admin"), "gives tenantry-tenant-admin, want tenantry-tenant-viewer"],
];
const AT_REST = [
  inside("core/v1:ResourceQuota", { spec: { hard: { pods: "0" } } }),
  // A second quota, for priority classes, says nothing of pods.
  inside("core/v1:ResourceQuota", { spec: { hard: { "count/pods": "0" } } }),
  inside("apps/v1:Deployment", { spec: { replicas: 0 } }),
  inside("batch/v1:CronJob", { spec: { suspend: true } }),
  inside("core/v1:PersistentVolumeClaim", { spec: {} }),
  binding("tenantry-tenant-viewer"),
];
const judge = (...resources: Judged[]) => stackViolations(restingTenants.rule, resources);

test.each(["suspended", "offboarding"])(
  "of a tenant that is %s everything that runs or writes is named",
  async (rest) => {
    for (const [running, fault] of RUNNING) {
      const found = await judge(home(rest), running);
      expect(found).toEqual([expect.stringMatching(new RegExp(`"it" of resting namespace "acme-api" ${fault}$`))]);
    }
  },
);

test("a tenant at rest as it should be passes, and so does whatever an active tenant runs", async () => {
  expect(await judge(home("suspended"), ...AT_REST)).toEqual([]);
  expect(await judge(home(), ...RUNNING.map(([it]) => it))).toEqual([]);
});
