import { expect, test } from "vitest";
import { PERSONA_RULES } from "../../../components/platform/persona-rules.ts";
import { PERSONAS, type Persona } from "../../../components/contract.ts";

/** `apps/deployments: get list`, one line a resource, verbs of all rules together. */
function table(persona: Persona): string[] {
  const verbs = new Map<string, Set<string>>();
  for (const rule of PERSONA_RULES[persona]) {
    for (const group of rule.apiGroups) {
      for (const resource of rule.resources) {
        const key = group === "" ? resource : `${group}/${resource}`;
        verbs.set(key, new Set([...(verbs.get(key) ?? []), ...rule.verbs]));
      }
    }
  }
  return [...verbs].map(([key, own]) => `${key}: ${[...own].sort().join(" ")}`).sort();
}

const READ = "get list watch";
const VISIBLE = [
  "apps/deployments",
  "apps/replicasets",
  "apps/statefulsets",
  "autoscaling/horizontalpodautoscalers",
  "batch/cronjobs",
  "batch/jobs",
  "configmaps",
  "discovery.k8s.io/endpointslices",
  "events",
  "limitranges",
  "networking.k8s.io/ingresses",
  "networking.k8s.io/networkpolicies",
  "persistentvolumeclaims",
  "pods/log",
  "pods",
  "policy/poddisruptionbudgets",
  "resourcequotas",
  "serviceaccounts",
  "services",
];

test("a viewer reads and sees logs, and nothing else", () => {
  expect(table("tenant-viewer")).toEqual(VISIBLE.map((it) => `${it}: ${it === "pods/log" ? "get" : READ}`));
});

test("a user deploys and runs jobs, sees no Secret and opens no shell", () => {
  expect(table("tenant-user")).toEqual([
    "apps/deployments/scale: get patch update",
    "apps/deployments: create delete get list patch update watch",
    "apps/replicasets: get list watch",
    "apps/statefulsets/scale: get patch update",
    "apps/statefulsets: create delete get list patch update watch",
    "autoscaling/horizontalpodautoscalers: get list watch",
    "batch/cronjobs: create delete get list patch update watch",
    "batch/jobs: create delete get list patch update watch",
    "configmaps: create delete get list patch update watch",
    "discovery.k8s.io/endpointslices: get list watch",
    "events: get list watch",
    "limitranges: get list watch",
    "networking.k8s.io/ingresses: get list watch",
    "networking.k8s.io/networkpolicies: get list watch",
    "persistentvolumeclaims: create get list patch update watch",
    "pods/log: get",
    "pods: delete get list watch",
    "policy/poddisruptionbudgets: get list watch",
    "resourcequotas: get list watch",
    "serviceaccounts: get list watch",
    "services: create delete get list patch update watch",
  ]);
});

test("an administrator has all of its namespace but the guards", () => {
  const full = "create delete deletecollection get list patch update watch";
  expect(table("tenant-admin")).toEqual([
    "apps/deployments/scale: get patch update",
    `apps/deployments: ${full}`,
    "apps/replicasets: get list watch",
    "apps/statefulsets/scale: get patch update",
    `apps/statefulsets: ${full}`,
    `autoscaling/horizontalpodautoscalers: ${full}`,
    `batch/cronjobs: ${full}`,
    `batch/jobs: ${full}`,
    `configmaps: ${full}`,
    "discovery.k8s.io/endpointslices: get list watch",
    "events: get list watch",
    "limitranges: get list watch",
    `networking.k8s.io/ingresses: ${full}`,
    "networking.k8s.io/networkpolicies: get list watch",
    `persistentvolumeclaims: ${full}`,
    "pods/attach: create get",
    "pods/eviction: create",
    "pods/exec: create get",
    "pods/log: get",
    "pods/portforward: create get",
    `pods: ${full}`,
    `policy/poddisruptionbudgets: ${full}`,
    "rbac.authorization.k8s.io/rolebindings: create delete get list patch update watch",
    "resourcequotas: get list watch",
    `secrets: ${full}`,
    "serviceaccounts: get list watch",
    `services: ${full}`,
  ]);
});

test("each persona holds all that the weaker ones hold, or binding them would need a right to bind", () => {
  const rights = (persona: Persona) =>
    table(persona).flatMap((line) => {
      const [resource = "", verbs = ""] = line.split(": ");
      return verbs.split(" ").map((verb) => `${verb} ${resource}`);
    });
  const [admin, user, viewer] = PERSONAS.map(rights).map((it) => new Set(it));
  expect(rights("tenant-user").filter((it) => !admin?.has(it))).toEqual([]);
  expect(rights("tenant-viewer").filter((it) => !user?.has(it))).toEqual([]);
  expect(viewer?.size).toBeLessThan(user?.size ?? 0);
});

test.each(PERSONAS)("%s never grows by itself and reaches no other right", (persona) => {
  const words = PERSONA_RULES[persona].flatMap((it) => [...it.apiGroups, ...it.resources, ...it.verbs]);
  const banned = /\*|^(escalate|bind|impersonate|nodes\/proxy|pods\/proxy|services\/proxy|serviceaccounts\/token)$/;
  expect(words.filter((it) => banned.test(it))).toEqual([]);
  expect(words.length).toBeGreaterThan(20);
});
