import { describe, expect, test } from "vitest";
import { personaRole } from "../../../components/contract.ts";
import { CHECKS } from "../../../engine/verify/catalogue.ts";
import type { Space } from "../../../engine/verify/space.ts";
import { made, space } from "./made-space.ts";

function look(id: string, change: Partial<Space>): unknown {
  const check = CHECKS.find((it) => it.id === id);
  if (!check || !("look" in check)) throw new Error(`no check ${id} that looks`);
  return check.look(space(change));
}

const policy = (spec: object) => made("NetworkPolicy", "it", { spec });
const BOTH = ["Ingress", "Egress"];

describe("what closes a namespace", () => {
  const rules = { podSelector: {}, policyTypes: BOTH, ingress: [{ from: [{ podSelector: {} }] }] };
  const closed = (spec: object, own: boolean) =>
    look("networks.closed-ingress", { networkPolicies: [policy(spec)], own });
  test("is a policy for all pods, here one without rules, elsewhere any", () => {
    expect(closed({ podSelector: {}, policyTypes: BOTH, ingress: [], egress: [] }, true)).toEqual([]);
    expect(closed(rules, true)).toEqual(["no NetworkPolicy closes ingress for all pods"]);
    expect(closed(rules, false)).toEqual([]);
  });
  test("is none for some pods, nor one for the other way", () => {
    const some = [{ matchLabels: { app: "web" } }, { matchExpressions: [{ key: "app", operator: "Exists" }] }];
    for (const podSelector of some) expect(closed({ podSelector, policyTypes: BOTH }, true)).toHaveLength(1);
    expect(closed({ podSelector: {}, policyTypes: ["Egress"] }, true)).toHaveLength(1);
  });
});

describe("what opens a namespace", () => {
  const egress = (to: object[]) => ({ networkPolicies: [policy({ podSelector: {}, egress: [{ to }] })] });
  test.each([
    ["everywhere", [], 1],
    ["half of the world", [{ ipBlock: { cidr: "128.0.0.0/1" } }], 1],
    ["every namespace", [{ namespaceSelector: {} }], 1],
    [
      "one kind of pod of every namespace",
      [{ namespaceSelector: {}, podSelector: { matchLabels: { app: "dns" } } }],
      0,
    ],
    ["a narrow range", [{ ipBlock: { cidr: "198.51.100.0/24" } }], 0],
  ])("%s", (_, to, found) => {
    expect(look("networks.open-egress", egress(to))).toHaveLength(found);
  });
  test.each([
    ["169.254.169.254/32", [], 1],
    ["169.254.0.0/16", [], 1],
    ["169.254.0.0/16", ["169.254.169.254/32"], 0],
    ["198.51.100.0/24", [], 0],
    ["2001:db8::/32", [], 0],
  ])("the metadata service by %s without %j", (cidr, except, found) => {
    expect(look("networks.metadata", egress([{ ipBlock: { cidr, except } }]))).toHaveLength(found);
  });
});

describe("what bounds a namespace", () => {
  const quota = (spec: object) => ({ quotas: [made("ResourceQuota", "it", { spec })] });
  const hard = { pods: "4", "count/pods": "8" };
  test("is a quota that counts everything, not one that counts some pods", () => {
    expect(look("quota.pods", quota({ hard }))).toEqual([]);
    expect(look("quota.pods", quota({ hard, scopes: ["BestEffort"] }))).toHaveLength(1);
    expect(look("quota.pods", quota({ hard: { pods: "4" } }))).toEqual([
      "no ResourceQuota without scopes limits count/pods",
    ]);
  });
  test("leaves no way in", () => {
    const ways = (value: string) => ({ hard: { "services.nodeports": value, "services.loadbalancers": "0" } });
    expect(look("quota.ways-in", quota(ways("0")))).toEqual([]);
    expect(look("quota.ways-in", quota(ways("1")))).toEqual(["services.nodeports is 1, want 0"]);
  });
});

describe("who is bound", () => {
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: personaRole("tenant-viewer") };
  const binding = (...subjects: object[]) => ({ roleBindings: [made("RoleBinding", "it", { roleRef, subjects })] });
  test.each([
    [{ kind: "Group", name: "acme-viewers" }, 0],
    [{ kind: "Group", name: "globex-admins" }, 1],
    [{ kind: "User", name: "acme-viewers" }, 1],
    [{ kind: "ServiceAccount", name: "ci" }, 0],
    [{ kind: "ServiceAccount", name: "ci", namespace: "globex-portal" }, 1],
  ])("%j is found %i times wrong", (subject, found) => {
    expect(look("bindings.named", binding(subject))).toHaveLength(found);
  });
  test.each([
    ["Group", "system:serviceaccounts:kube-system", 1],
    ["User", "system:anonymous", 1],
    ["Group", "acme-viewers", 0],
    ["ServiceAccount", "system:authenticated", 0],
  ])("%s %s is everybody", (kind, name, found) => {
    expect(look("bindings.broad", binding({ kind, name }))).toHaveLength(found);
  });
});

describe("what runs already", () => {
  const pod = (spec: object, annotations = {}) => ({
    pods: [{ ...made("Pod", "it", { spec }), metadata: { name: "it", annotations } }],
  });
  const token = { volumes: [{ name: "t", projected: { sources: [{ serviceAccountToken: { path: "t" } }] } }] };
  test("is seen although admission came later", () => {
    const containers = [{ name: "main", image: "nginx", securityContext: { privileged: true } }];
    expect(look("running.privileged", pod({ containers }))).toEqual([
      'pod "it": container "main" is privileged or has capabilities',
    ]);
    expect(look("running.images", pod({ containers }))).toEqual(['pod "it": image nginx']);
    expect(look("running.on-the-node", pod({ volumes: [{ name: "a", hostPath: { path: "/" } }] }))).toHaveLength(1);
  });
  test("may have a token only where it says why", () => {
    expect(look("tokens.running", pod(token))).toEqual(['pod "it" carries a token']);
    expect(look("tokens.running", pod(token, { "tenantry.dev/service-account-token": "talks to the API" }))).toEqual(
      [],
    );
  });
});
