import { join } from "node:path";
import { expect, test } from "vitest";
import { connect } from "../../engine/cluster/connection.ts";
import type { Loose } from "../support/admission-loose.ts";
import { ACCESS } from "../support/vector-access.ts";
import { CLUSTER_WIDE } from "../support/vector-cluster.ts";
import { vectorFleet } from "../support/vector-fleet.ts";
import { GUARDS } from "../support/vector-guards.ts";
import { RIGHTS, SUBJECTS } from "../support/vector-rights.ts";
import { FOREIGN, INSIDE, NAMESPACE, PEOPLE, RBAC, type Who } from "../support/vector.ts";

const release = {
  ...{ apiVersion: "v1", kind: "Secret", type: "helm.sh/release.v1" },
  data: { release: Buffer.from("values").toString("base64") },
};
const fleet = vectorFleet(async (it) => {
  for (const namespace of [NAMESPACE, "tenantry-system"])
    await it.make(`/api/v1/namespaces/${namespace}/secrets/sh.helm.release.v1.web.v1`, release);
});
fleet.tries([...ACCESS, ...RIGHTS, ...SUBJECTS, ...CLUSTER_WIDE, ...GUARDS]);

test("vector 6, admitted: every pod of every tenant, without a token", async () => {
  const pods = await fleet.plane.cluster.listAll({
    apiVersion: "v1",
    kind: "Pod",
    labelSelector: "tenantry.dev/tenant",
  });
  expect(pods.length).toBeGreaterThan(8);
  const tokens = (pods as Loose[]).filter((it) =>
    JSON.stringify(it.spec.volumes ?? []).includes("serviceAccountToken"),
  );
  expect(tokens.map((it) => it.metadata.name)).toEqual([]);
});

test("vector 7, refused: to be somebody else, with the credential of a tenant's administrator", async () => {
  const file = join(fleet.plane.base, "admin.kubeconfig");
  await fleet.plane.ok("tenants", "kubeconfig", "acme", "--persona", "tenant-admin", "--out", file);
  const admin = await connect({ kubeconfig: file, context: NAMESPACE });
  try {
    const pods = `/api/v1/namespaces/${NAMESPACE}/pods`;
    await expect(admin.request("GET", pods)).resolves.toBeDefined();
    for (const [user, groups, kind] of [
      ["somebody", [], "user-info"],
      ["acme:tenant-admin", ["system:masters"], "user-info"],
      [`system:serviceaccount:${FOREIGN}:default`, [], "serviceaccount"],
    ] as const)
      await expect(admin.withImpersonation({ user, groups: [...groups] }).request("GET", pods)).rejects.toThrow(
        new RegExp(`403 .*cannot impersonate(-on:(${kind}):list)? resource "`),
      );
  } finally {
    await admin.close();
  }
});

type Rules = Record<string, unknown>[];
const rightsOf = async (who: Who, namespace = NAMESPACE): Promise<Rules> => {
  const view = fleet.plane.cluster.withImpersonation({
    user: PEOPLE[who]?.user ?? "",
    groups: [PEOPLE[who]?.groups[0] ?? ""],
  });
  const body = { spec: { namespace } };
  const path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
  return ((await view.request("POST", path, { body })) as Loose).status.resourceRules as Rules;
};

test("vector 9, refused: a role that grows Kubernetes' own, to every persona; admitted: to whoever has Kubernetes' own", async () => {
  const people = ["admin", "user", "viewer"] as const;
  const before = await Promise.all(people.map((it) => rightsOf(it)));
  const labels = Object.fromEntries(
    ["admin", "edit", "view"].map((it) => [`rbac.authorization.k8s.io/aggregate-to-${it}`, "true"]),
  );
  await fleet.make(`/apis/${RBAC}/clusterroles/vectors-widgets`, {
    ...{ apiVersion: RBAC, kind: "ClusterRole", metadata: { labels } },
    rules: [{ apiGroups: ["widgets.example"], resources: ["widgets"], verbs: ["get"] }],
  });
  // A test's own namespace, where somebody is given what our personas are not.
  await fleet.make(`/apis/${RBAC}/namespaces/default/rolebindings/vectors-view`, {
    ...{ apiVersion: RBAC, kind: "RoleBinding" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "globex-admins" }],
  });
  const grown = async () => JSON.stringify(await rightsOf("globex", "default"));
  await expect.poll(grown, { timeout: 60_000 }).toContain("widgets.example");
  expect(await Promise.all(people.map((it) => rightsOf(it)))).toEqual(before);
  expect(JSON.stringify(before)).not.toContain("widgets.example");
});

test("vector 11, refused: any right at all in a namespace of another tenant, to whoever is inside", async () => {
  const own = JSON.stringify(await rightsOf("admin"));
  expect(own).toContain("deployments");
  for (const who of INSIDE)
    for (const namespace of [FOREIGN, "tenantry-system", "kube-system"]) {
      const found = await rightsOf(who, namespace);
      expect(found.filter((it) => !/selfsubject/.test(JSON.stringify(it)))).toEqual([]);
    }
});
