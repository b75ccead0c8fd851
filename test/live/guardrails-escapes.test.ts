import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { DOMAIN, GROUPS, NAMESPACE, tenantNamespace } from "../support/admission-bases.ts";
import type { AdmissionClient, Identity } from "../support/admission-client.ts";
import { eventually, guarded, MALLORY, refusers, unguarded } from "../support/admission-fixture.ts";
import type { Loose } from "../support/admission-loose.ts";
import { objects } from "../support/objects.ts";

let client: AdmissionClient;
beforeAll(async () => {
  client = await guarded(inject("kubeconfig"));
});
afterAll(() => unguarded(client));

const MERGE = "application/merge-patch+json";
const NS = `/api/v1/namespaces/${NAMESPACE}`;
const trial = "?dryRun=All";

/** An object as it should be, bent. */
function made(kind: string, change: (it: Loose) => void = () => undefined): Loose {
  const found = objects().find((it) => it.title === `${kind}: as it should be`);
  if (!found) throw new Error(`no ${kind}`);
  change(found.manifest);
  return found.manifest;
}
/** The verdict on a server-side trial by Mallory: the policies that refuse, or [] when it is admitted. */
async function verdict(object: Loose): Promise<string[]> {
  const answer = await client.apply(object, { as: MALLORY, dryRun: true });
  if (answer.status > 201 && refusers(answer).length === 0) throw new Error(`${answer.status} ${answer.message}`);
  return refusers(answer);
}
async function change(path: string, patch: object, as?: Identity): Promise<string[]> {
  const answer = await client.ask("PATCH", path + trial, patch, as, MERGE);
  if (answer.status > 201 && refusers(answer).length === 0) throw new Error(`${answer.status} ${answer.message}`);
  return refusers(answer);
}

describe("what marks a namespace stays", () => {
  const patches = {
    "its Pod Security": { metadata: { labels: { "pod-security.kubernetes.io/enforce": "privileged" } } },
    "its tenant": { metadata: { labels: { "tenantry.dev/tenant": "globex" } } },
    "that it has a tenant": { metadata: { labels: { "tenantry.dev/tenant": null } } },
    "who may be bound in it": { metadata: { annotations: { "tenantry.dev/admins": "mallory-friends" } } },
    "which hosts it serves": { metadata: { annotations: { "tenantry.dev/domains": "globex.example" } } },
  };
  test.each(Object.entries(patches))("%s, on every way to write it", async (_, patch) => {
    for (const way of ["", "/status", "/finalize"]) {
      // The last one takes whole objects only.
      const refused = way === "/finalize" ? await finalize(patch) : await change(NS + way, patch, MALLORY);
      expect(refused, `namespaces${way}`).toContain("frozen-labels");
    }
  });
  test("while other labels may change, and the platform may change these", async () => {
    expect(await change(NS, { metadata: { labels: { team: "a" } } }, MALLORY)).toEqual([]);
    expect(await change(NS, patches["which hosts it serves"])).toEqual([]);
  });
  test("and nobody but the platform makes one", async () => {
    expect(await verdict(tenantNamespace("guardtest-more"))).toEqual(["frozen-labels"]);
    expect(await verdict({ apiVersion: "v1", kind: "Namespace", metadata: { name: "loose" } })).toEqual([
      "tenant-labels",
    ]);
  });

  async function finalize({ metadata }: { metadata: { labels?: object; annotations?: object } }): Promise<string[]> {
    const now = await client.read<Loose>(NS);
    Object.assign(now.metadata.labels, metadata.labels);
    Object.assign(now.metadata.annotations, metadata.annotations);
    for (const [key, value] of Object.entries(now.metadata.labels))
      if (value === null) Reflect.deleteProperty(now.metadata.labels, key);
    return refusers(await client.ask("PUT", `${NS}/finalize${trial}`, now, MALLORY));
  }
});

describe("what only the cluster can compare", () => {
  test.each([
    [`evil${DOMAIN}`, ["own-hosts"]],
    ["shop.globex.example", ["own-hosts"]],
    [`${DOMAIN}.globex.example`, ["own-hosts"]],
    [DOMAIN, []],
    [`shop.${DOMAIN}`, []],
  ])("the host %s", async (host, wanted) => {
    expect(await verdict(made("Ingress", (it) => (it.spec.rules[0].host = host)))).toEqual(wanted);
    expect(await verdict(made("Ingress", (it) => (it.spec.tls[0].hosts = [host])))).toEqual(wanted);
  });
  test.each([
    ["a group of another tenant", "globex-admins", ["named-subjects"]],
    ["the empty group that a list ends with", " ", ["named-subjects"]],
    ["a group the tenant named", GROUPS.users, []],
  ])("a binding to %s", async (_, name, wanted) => {
    expect(await verdict(made("RoleBinding", (it) => (it.subjects[0].name = name)))).toEqual(wanted);
  });
  test("who runs the fleet", async () => {
    await client.apply({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "tenantry-system", labels: { "tenantry.dev/part": "platform" } },
    } as Loose);
    const record = (runner: string) => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "fleet", namespace: "tenantry-system" },
      data: { runner },
    });
    // The administrator is the platform, and is refused as well.
    const other = await client.apply(record("cli"), { dryRun: true });
    expect(other.message).toContain('this fleet is run by "direct": hand it over with npm run -s tenantry -- handover');
    expect((await client.apply(record("direct"), { dryRun: true })).status).toBeLessThan(300);
  });
});

describe("subresources and updates", () => {
  test("a service does not turn from ClusterIP to NodePort", async () => {
    await client.apply(made("Service"));
    const path = `${NS}/services/it`;
    expect(await change(path, { spec: { type: "NodePort" } }, MALLORY)).toEqual(["internal-services"]);
    expect(await change(path, { metadata: { labels: { app: "it" } } }, MALLORY)).toEqual([]);
  });
  test("an ephemeral container is judged like any other", async () => {
    expect((await client.apply(made("Pod"))).status).toBe(201);
    const debug = (image: string) => ({
      spec: {
        ephemeralContainers: [
          {
            name: "debug",
            image,
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          },
        ],
      },
    });
    const path = `${NS}/pods/it/ephemeralcontainers`;
    const strategic = "application/strategic-merge-patch+json";
    const add = async (image: string) => client.ask("PATCH", path + trial, debug(image), MALLORY, strategic);
    expect(refusers(await add("busybox"))).toEqual(["pinned-images"]);
    expect((await add(`ghcr.io/guardtest/debug@sha256:${"d".repeat(64)}`)).status).toBe(200);
  });
  test("a running pod does not change to another image", async () => {
    const image = (value: string) => ({ spec: { containers: [{ name: "app", image: value }] } });
    const strategic = "application/strategic-merge-patch+json";
    const set = (value: string) => client.ask("PATCH", `${NS}/pods/it${trial}`, image(value), MALLORY, strategic);
    expect(refusers(await set("busybox"))).toEqual(["pinned-images"]);
    expect((await set(`ghcr.io/guardtest/api@sha256:${"e".repeat(64)}`)).status).toBe(200);
  });
  test("a token is not handed out on request", async () => {
    const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
    await eventually(async () => (await client.ask("GET", `${NS}/serviceaccounts/default`)).status === 200);
    const path = `${NS}/serviceaccounts/default/token`;
    expect(refusers(await client.ask("POST", path, request, MALLORY))).toEqual(["token-free-pods"]);
    expect((await client.ask("POST", path + trial, request)).status).toBe(201);
  });
});

test("Kubernetes' own controllers still work for a tenant: rollout, claims, jobs", async () => {
  for (const kind of ["Deployment", "PersistentVolumeClaim", "CronJob", "DaemonSet"])
    expect(
      (
        await client.apply(
          made(kind, (it) => (it.metadata.name = "real")),
          { as: MALLORY },
        )
      ).status,
    ).toBe(201);
  await eventually(
    async () =>
      (await client.read<Loose>(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments/real`)).status?.readyReplicas === 1,
  );
  await eventually(
    async () => (await client.read<Loose>(`${NS}/persistentvolumeclaims/real`)).status?.phase === "Bound",
  );
  await eventually(
    async () =>
      (await client.read<Loose>(`/apis/apps/v1/namespaces/${NAMESPACE}/daemonsets/real`)).status?.numberReady > 0,
  );
});
