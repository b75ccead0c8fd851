import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openStack } from "../../cli/stack.ts";
import { type Persona, PERSONAS } from "../../components/contract.ts";
import type { Cluster } from "../../engine/cluster/cluster.ts";
import { connect } from "../../engine/cluster/connection.ts";
import type { FleetTenant } from "../../engine/fleet.ts";
import { PERSONA_GROUPS } from "../../engine/run/persona.ts";
import { fleetPlane } from "../support/fleet.ts";
import { documented, grantsOf, partsOf, VERBS } from "../support/fleet-access.ts";

const plane = fleetPlane((it) => it.ok("up"));
const { tenants } = (await openStack({ stack: "local" })).stack.fleet;
const { access, never } = documented();
const namespaces = tenants.flatMap((it) => it.namespaces);

interface Member {
  persona: Persona;
  tenant: FleetTenant;
  user: Cluster;
}

/** One member of each group of each tenant. */
const members = (): Member[] =>
  tenants.flatMap((tenant) =>
    PERSONAS.flatMap((persona) =>
      tenant.groups[PERSONA_GROUPS[persona]].map((group) => ({
        persona,
        tenant,
        user: plane.cluster.withImpersonation({ user: `someone@${tenant.id}.example`, groups: [group] }),
      })),
    ),
  );

interface Rules {
  status: { incomplete: boolean; resourceRules: { apiGroups: string[]; resources: string[]; verbs: string[] }[] };
}

/** All that the server says somebody may do in a namespace, their rights to ask about themselves left out. */
async function rightsOf(user: Cluster, namespace: string): Promise<Record<string, string[]>> {
  const path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
  const { status } = (await user.request("POST", path, { body: { spec: { namespace } } })) as Rules;
  expect(status.incomplete).toBe(false);
  const own = /^selfsubject(access|rules)?reviews\.auth/;
  return Object.fromEntries([...grantsOf(status.resourceRules)].filter(([name]) => !own.test(name)));
}

const granted = (persona: Persona): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(access)
      .map(([name, by]) => [name, by[persona]] as const)
      .filter(([, verbs]) => verbs.length > 0),
  );

test("each persona has exactly the documented rights in each of its tenant's spaces", async () => {
  const asked = members().flatMap((it) => it.tenant.namespaces.map((namespace) => ({ ...it, namespace })));
  expect(asked).toHaveLength(3 * namespaces.length);
  await Promise.all(
    asked.map(async ({ user, namespace, persona }) => {
      expect(await rightsOf(user, namespace), `${persona} in ${namespace}`).toEqual(granted(persona));
    }),
  );
});

test("and none at all in any other namespace", async () => {
  const others = [...namespaces, "tenantry-system", "tenantry-gateway", "kube-system", "default"];
  let asked = 0;
  await Promise.all(
    members().flatMap(({ user, tenant, persona }) =>
      others
        .filter((it) => !tenant.namespaces.includes(it))
        .map(async (namespace) => {
          asked += 1;
          expect(await rightsOf(user, namespace), `${persona} of ${tenant.id} in ${namespace}`).toEqual({});
        }),
    ),
  );
  expect(asked).toBeGreaterThan(200);
});

interface Verdict {
  status: { allowed: boolean };
}

test("every cell of the table, asked one by one in each space, is answered as documented", async () => {
  const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  const wrong: string[] = [];
  const count = { allowed: 0, refused: 0 };
  for (const { user, tenant, persona } of members())
    for (const namespace of tenant.namespaces)
      await Promise.all(
        [...Object.keys(access), ...never].flatMap((name) =>
          VERBS.map(async (verb) => {
            const spec = { resourceAttributes: { namespace, verb, ...partsOf(name) } };
            const { status } = (await user.request("POST", path, { body: { spec } })) as Verdict;
            const wanted = access[name]?.[persona].includes(verb) ?? false;
            count[status.allowed ? "allowed" : "refused"] += 1;
            if (status.allowed !== wanted) wrong.push(`${persona} ${verb} ${name} in ${namespace}: ${status.allowed}`);
          }),
        ),
      );
  expect(wrong).toEqual([]);
  expect(count.allowed).toBeGreaterThan(2000);
  expect(count.refused).toBeGreaterThan(5000);
});

test("nobody may bind, escalate or impersonate", async () => {
  const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  const asked = [
    "bind clusterroles.rbac.authorization.k8s.io",
    "escalate roles.rbac.authorization.k8s.io",
    "impersonate users",
    "impersonate groups",
    "approve signers.certificates.k8s.io",
    "* *.*",
  ];
  const answers = await Promise.all(
    members().flatMap(({ user, tenant }) =>
      asked.map(async (text) => {
        const [verb = "", name = ""] = text.split(" ");
        const spec = { resourceAttributes: { namespace: tenant.namespaces[0], verb, ...partsOf(name) } };
        return ((await user.request("POST", path, { body: { spec } })) as Verdict).status.allowed;
      }),
    ),
  );
  expect(answers).toEqual(Array(asked.length * 3 * tenants.length).fill(false));
});

test("a kubeconfig from the command line is one persona, for its own spaces, for a while", async () => {
  const file = join(plane.base, "acme.kubeconfig");
  const { stderr } = await plane.ok(
    "tenants",
    "kubeconfig",
    "acme",
    "--persona",
    "tenant-viewer",
    "--minutes",
    "10",
    "--out",
    file,
  );
  expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
  const until = Date.parse(/until (\S+)$/m.exec(stderr)?.[1] ?? "");
  expect(until - Date.now()).toBeLessThanOrEqual(10 * 60_000);
  expect(until - Date.now()).toBeGreaterThan(0);
  const csrs = await plane.cluster.listAll({ apiVersion: "certificates.k8s.io/v1", kind: "CertificateSigningRequest" });
  expect(csrs).toEqual([]);

  const viewer = await connect({ kubeconfig: file, context: "acme-jobs" });
  try {
    const self = await viewer.request("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", { body: {} });
    expect(self).toMatchObject({
      status: { userInfo: { username: "acme:tenant-viewer", groups: ["acme-viewers", "system:authenticated"] } },
    });
    expect((await viewer.listAll({ apiVersion: "v1", kind: "Pod", namespace: "acme-jobs" })).length).toBeGreaterThan(0);
    for (const [kind, namespace] of [
      ["Secret", "acme-jobs"],
      ["Pod", "globex-portal"],
      ["ConfigMap", "tenantry-system"],
    ] as const)
      await expect(viewer.listAll({ apiVersion: "v1", kind, namespace })).rejects.toThrow(/403 Forbidden/);
  } finally {
    await viewer.close();
  }
});

test("a persona without a group and a tenant without a file are refused with what is allowed", async () => {
  expect(await plane.run("tenants", "kubeconfig", "nobody")).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no tenant "nobody"; allowed: acme, /),
  });
  expect(await plane.run("tenants", "kubeconfig", "acme", "--minutes", "5")).toMatchObject({ code: 2 });
  expect(await plane.run("tenants", "kubeconfig", "acme", "--persona", "deployer")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/the deployer has all tenants: leave out "acme"/),
  });
  expect(await plane.run("tenants", "kubeconfig")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--persona tenant-admin: name the tenant/),
  });
});
