import { expect, inject, test } from "vitest";
import { client } from "../support/control-plane-client.ts";
import { fleetPlane } from "../support/fleet.ts";
import { tenantFile } from "../support/fleet-tenants.ts";
import { versions } from "../support/fleet-objects.ts";
import { SMUGGLING, SQUATTING } from "../support/vector-files.ts";

const plane = fleetPlane((it) => it.ok("up"));

/** Runs `up` on these files: every one must be named, and nothing written. */
async function refusedWhole(name: string, files: Record<string, string>): Promise<void> {
  const dir = plane.folder(name, files);
  const before = await versions(plane.cluster);
  let said = "";
  const writes = await plane.writesDuring(async () => {
    const ended = await plane.run("up", "--tenants", dir);
    said = ended.stderr;
    expect(ended.code, said).toBe(1);
  });
  expect(Object.keys(files).filter((it) => !said.includes(`/${it}`))).toEqual([]);
  expect(writes).toEqual([]);
  expect(await versions(plane.cluster)).toEqual(before);
}

test("vector 33, refused: tenant files that smuggle objects, namespaces, templates or YAML, without one write", () =>
  refusedWhole("smuggling", SMUGGLING));

test("vector 14, refused: tenants whose names collide, are reserved or too long, without one write", () =>
  refusedWhole("squatting", SQUATTING));

test("vector 14, admitted: names alike that never meet; vector 33, admitted: a file that asks for what a tenant may have", async () => {
  const dir = plane.folder("honest", { "acme-dev.yaml": tenantFile("acme-dev", { x: {} }) });
  const writes = await plane.writesDuring(() => plane.ok("up", "--tenants", dir));
  const namespaces = writes.filter(
    (it) => it.object.startsWith("acme-dev-x/namespaces") || it.object === "namespaces/acme-dev-x",
  );
  expect(namespaces.length).toBeGreaterThan(0);
  expect(writes.filter((it) => /clusterrole|kube-system/.test(it.object))).toEqual([]);
});

const PATHS = [
  ...[
    "/",
    "/version",
    "/api",
    "/apis",
    "/api/v1",
    "/metrics",
    "/openapi/v2",
    "/openapi/v3",
    "/.well-known/openid-configuration",
  ],
  ...[
    "/api/v1/namespaces",
    "/api/v1/secrets",
    "/api/v1/namespaces/acme-api/pods",
    "/api/v1/nodes/general-1/proxy/pods",
  ],
  ...["/apis/apps/v1/deployments", "/apis/rbac.authorization.k8s.io/v1/clusterroles", "/apis/apiextensions.k8s.io/v1"],
  ...[
    "/livez/etcd",
    "/readyz/etcd",
    "/debug/pprof/",
    "/logs",
    "/api/v1/namespaces/kube-system/services/kube-dns/proxy",
  ],
];

test("vector 34, refused: every path without a credential; admitted: health, and the same paths with one", async () => {
  const stranger = client(inject("kubeconfig"), "stranger");
  const admin = client(inject("kubeconfig"));
  expect(PATHS.length).toBeGreaterThanOrEqual(20);
  const answers = await Promise.all(
    PATHS.map(async (path) => ({ path, status: (await stranger.ask("GET", path)).status })),
  );
  expect(answers.filter((it) => ![401, 403].includes(it.status))).toEqual([]);
  const wrote = await stranger.ask("POST", "/api/v1/namespaces", { metadata: { name: "stranger" } });
  expect([401, 403]).toContain(wrote.status);
  for (const path of ["/livez", "/readyz", "/healthz"]) expect((await stranger.ask("GET", path)).status).toBe(200);
  for (const path of ["/version", "/api/v1/secrets"]) expect((await admin.ask("GET", path)).status).toBe(200);
  stranger.close();
  admin.close();
});
