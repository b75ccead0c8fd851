import { describe, expect, test } from "vitest";
import { CHECKS } from "../../engine/verify/catalogue.ts";
import type { CheckResult } from "../../engine/verify/report.ts";
import { verify } from "../../engine/verify/verify.ts";
import { fleetPlane } from "../support/fleet.ts";
import { versions } from "../support/fleet-objects.ts";
import { failing, judged, resultOf, told } from "../support/verify-run.ts";

const plane = fleetPlane();
const RBAC = "rbac.authorization.k8s.io";
const ADMISSION = "admissionregistration.k8s.io/v1";

/** A namespace of somebody else, where a group has one of Kubernetes' own roles. */
async function foreign(name: string, role: string): Promise<void> {
  const { cluster } = plane;
  await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  await cluster.create({
    ...{ apiVersion: `${RBAC}/v1`, kind: "RoleBinding", metadata: { name: "developers", namespace: name } },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: role },
    subjects: [{ apiGroup: RBAC, kind: "Group", name: `${name}-developers` }],
  });
  const account = { apiVersion: "v1", kind: "ServiceAccount", namespace: name, name: "default" };
  await expect.poll(() => cluster.get(account), { timeout: 30_000 }).toBeDefined();
}

const of = (results: readonly CheckResult[], outcome: CheckResult["outcome"]) =>
  results.filter((it) => it.outcome === outcome).map((it) => it.id);
/** What Kubernetes itself holds up everywhere, or what a namespace where nothing runs cannot get wrong. */
const HOLDS = [
  ...["namespace.default", "tokens.stored", "tokens.running", "services.external-ips"],
  ...["privileged", "on-the-node", "root", "images", "sizes"].map((it) => `running.${it}`),
  ...["networks.open-ingress", "networks.open-egress", "networks.metadata"],
  ...["bindings.broad", "bindings.cluster-wide", "personas.service-accounts"],
  ...["strangers.authenticated", "strangers.foreign-pods", "strangers.anonymous", "rights.system"],
];
const CLUSTER = CHECKS.map((it) => it.id).filter((it) => it.startsWith("rights.cluster-"));
const PERSONAS = CHECKS.map((it) => it.id).filter((it) => /^personas\.(viewer|user)-/.test(it));
const OWN = CHECKS.filter((it) => it.own).map((it) => it.id);

describe("a cluster that knows nothing of this platform", () => {
  test("a namespace with an ordinary administrator has all holes that Kubernetes leaves, and only those", async () => {
    await foreign("plain", "admin");
    const { results } = await judged(plane.cluster, "plain");
    expect(results.map((it) => it.id)).toEqual(CHECKS.map((it) => it.id));
    const skipped = [...OWN, ...PERSONAS, "quota.counted", "rights.other-tenants"];
    expect(of(results, "skipped").toSorted()).toEqual(skipped.toSorted());
    const rights = ["quotas", "ephemeral-containers", "binding-pods", "endpoints", "statuses", "namespace"];
    expect(of(results, "pass").toSorted()).toEqual(
      [
        ...[...HOLDS, ...CLUSTER, ...rights.map((it) => `rights.${it}`), "roles.wildcards"],
        ...["namespace.pod-security-lowered", "bindings.cluster-admin", "roles.wildcards-made"],
      ].toSorted(),
    );
    expect(resultOf({ results }, "pods.privileged").message).toBe(
      'a privileged pod, tried as group "plain-developers", was admitted, want it refused: label the namespace pod-security.kubernetes.io/enforce=restricted',
    );
  });

  test("who has everything in a namespace is stopped by nothing but the cluster's own flags", async () => {
    await foreign("open", "cluster-admin");
    const { results } = await judged(plane.cluster, "open");
    // So every trial is well formed: the API server itself refuses none but the one that a flag of it forbids.
    const tried = CHECKS.filter((it) => "tries" in it && !it.own).map((it) => it.id);
    expect(of(results, "pass").filter((it) => tried.includes(it))).toEqual(["services.external-ips"]);
    expect(of(results, "fail")).toEqual(expect.arrayContaining(tried.filter((it) => it !== "services.external-ips")));
  });

  test("a namespace where nobody is bound is tried as its administrator", async () => {
    const report = await judged(plane.cluster, "kube-public");
    expect(resultOf(report, "pods.host-path")).toMatchObject({
      outcome: "fail",
      message: expect.stringContaining("tried as the administrator who asks, was admitted"),
    });
    expect(resultOf(report, "namespace.pod-security-lowered").outcome).toBe("skipped");
  });

  test("a cluster that refuses every pod fails, and is told that this proves nothing", async () => {
    const metadata = { name: "no-pods" };
    await plane.cluster.create({
      ...{ apiVersion: ADMISSION, kind: "ValidatingAdmissionPolicy", metadata },
      spec: {
        failurePolicy: "Fail",
        matchConstraints: {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "plain" } },
          resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
        },
        validations: [{ expression: "false", message: "no pods today" }],
      },
    });
    await plane.cluster.create({
      ...{ apiVersion: ADMISSION, kind: "ValidatingAdmissionPolicyBinding", metadata },
      spec: { policyName: "no-pods", validationActions: ["Deny"] },
    });
    const judge = async () => resultOf(await judged(plane.cluster, "plain"), "pods.privileged");
    await expect.poll(judge, { timeout: 30_000 }).toMatchObject({
      outcome: "fail",
      message: expect.stringContaining(
        'refused by admission policy "no-pods", but so was a restricted pod, by admission policy "no-pods": a refusal of everything proves nothing',
      ),
    });
  });
});

describe("the shipped fleet", () => {
  const namespaces = async () =>
    (await plane.cluster.listAll({ apiVersion: "v1", kind: "Namespace", labelSelector: "tenantry.dev/tenant" })).map(
      (it) => it.metadata.name,
    );

  test("passes every check in every space, nothing is left out, and nothing in the cluster changes", async () => {
    await plane.ok("up");
    const secret = "c4n4ry-0f-4-s3cr3t-that-nobody-reads";
    await plane.cluster.create({
      ...{ apiVersion: "v1", kind: "Secret", metadata: { name: "canary", namespace: "acme-api" } },
      stringData: { password: secret },
    });
    const before = await versions(plane.cluster);
    const seen: CheckResult[] = [];
    const targets = (await namespaces()).map((namespace) => ({ namespace }));
    let report = { results: seen };
    const writes = await plane.writesDuring(async () => {
      report = await verify({ cluster: plane.cluster, targets, onResult: (it) => seen.push(it) });
    });
    expect(told(report.results.filter((it) => it.outcome !== "pass"))).toEqual([]);
    expect(targets).toHaveLength(10);
    expect(report.results).toHaveLength(CHECKS.length * targets.length);
    expect(new Set(report.results.map((it) => it.tenant)).size).toBe(6);
    expect(new Set(seen)).toEqual(new Set(report.results));
    expect(writes).toEqual([]);
    expect(await versions(plane.cluster)).toEqual(before);
    for (const text of [secret, Buffer.from(secret).toString("base64")])
      expect(JSON.stringify(report)).not.toContain(text);
  }, 400_000);

  test("says by whom each was refused", async () => {
    const report = await judged(plane.cluster, "acme-api");
    const refusers = {
      "pods.privileged": "Pod Security (restricted:",
      "images.tag": 'admission policy "tenantry-pinned-images"',
      "workloads.deployments": 'admission policy "tenantry-sandboxed-pods"',
      "quota.enforced": 'quota "quota"',
      "bindings.cluster-admin": "RBAC: nobody grants what they do not have",
      "namespace.taken": "nobody found here may patch namespaces (RBAC)",
      "platform.owner": 'admission policy "tenantry-owned-fleet"',
    };
    for (const [id, refuser] of Object.entries(refusers)) expect(resultOf(report, id).message).toContain(refuser);
  });

  test("without its personas' bindings proves nothing, and says so", async () => {
    const all = await plane.cluster.listAll({ apiVersion: `${RBAC}/v1`, kind: "RoleBinding", namespace: "u1042-p7" });
    for (const { apiVersion, kind, metadata } of all)
      await plane.cluster.remove({ apiVersion, kind, namespace: "u1042-p7", name: metadata.name });
    const judge = async () => failing(await judged(plane.cluster, "u1042-p7"));
    const rights = CHECKS.filter((it) => "denied" in it).map((it) => it.id);
    const unbound = rights.filter((it) => !/^(strangers\.|personas\.service-accounts)/.test(it));
    await expect.poll(judge, { timeout: 30_000 }).toEqual(expect.arrayContaining(unbound));
    const report = await judged(plane.cluster, "u1042-p7");
    expect(resultOf(report, "pods.privileged").message).toContain("a refusal of everything proves nothing");
  });

  test("whoever may not ask as others, or names what is not there, is told before anything is asked", async () => {
    const user = plane.cluster.withImpersonation({ user: "someone", groups: ["acme-admins"] });
    await expect(judged(user, "acme-api")).rejects.toThrow(/^you may not impersonate users, .* cluster administrator$/);
    await expect(judged(plane.cluster, "nowhere")).rejects.toThrow(/^there is no namespace "nowhere" on https:/);
  });
});
