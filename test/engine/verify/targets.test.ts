import { afterEach, beforeEach, expect, test } from "vitest";
import { LABEL } from "../../../components/contract.ts";
import type { Cluster } from "../../../engine/cluster/cluster.ts";
import { UsageError } from "../../../engine/stack.ts";
import { type Asked, chooseTargets } from "../../../engine/verify/targets.ts";
import { FakeApi } from "../../support/fake-api.ts";

let api: FakeApi;
let cluster: Cluster;
beforeEach(async () => {
  api = await FakeApi.start();
  cluster = await api.connect();
  const put = (name: string, labels: Record<string, string> = {}) =>
    api.store.put(`/api/v1/namespaces/${name}`, { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
  put("globex-portal", { [LABEL.tenant]: "globex", [LABEL.fleet]: "local" });
  put("acme-jobs", { [LABEL.tenant]: "acme", [LABEL.fleet]: "local" });
  put("acme-api", { [LABEL.tenant]: "acme", [LABEL.fleet]: "local" });
  put("other-web", { [LABEL.tenant]: "other", [LABEL.fleet]: "elsewhere" });
  put("tenantry-system", { [LABEL.fleet]: "local", [LABEL.part]: "platform" });
  put("legacy");
});
afterEach(async () => {
  await cluster.close();
  await api.stop();
});

const choose = (asked: Partial<Asked> = {}) =>
  chooseTargets(cluster, { tenants: [], namespaces: [], fleet: "local", files: ["acme", "hooli"], ...asked });
const of = (tenant: string | undefined, namespace: string) => ({ ...(tenant && { tenant }), namespace });

test("unless something is named, all tenants of the fleet are meant and nobody else", async () => {
  expect(await choose()).toEqual([of("acme", "acme-api"), of("acme", "acme-jobs"), of("globex", "globex-portal")]);
});

test("a tenant is all its namespaces, also of another fleet", async () => {
  expect(await choose({ tenants: ["acme"] })).toEqual([of("acme", "acme-api"), of("acme", "acme-jobs")]);
  expect(await choose({ tenants: ["other"] })).toEqual([of("other", "other-web")]);
});

test("a namespace may be anybody's, and is judged once however often it is named", async () => {
  expect(await choose({ namespaces: ["legacy", "acme-api", "legacy"], tenants: ["acme"] })).toEqual([
    of("acme", "acme-api"),
    of("acme", "acme-jobs"),
    of(undefined, "legacy"),
  ]);
});

test("a name that is not there is refused with what is", async () => {
  await expect(choose({ tenants: ["acmee"] })).rejects.toThrow(
    new UsageError(`there is no tenant "acmee" on ${api.url}; there are: acme, globex, other`),
  );
  await expect(choose({ namespaces: ["legacyy"] })).rejects.toThrow(
    new UsageError(
      `there is no namespace "legacyy" on ${api.url}; there are: acme-api, acme-jobs, globex-portal, legacy, other-web, tenantry-system`,
    ),
  );
  await expect(choose({ tenants: ["hooli"] })).rejects.toThrow(
    'tenant "hooli" is in the files but not in the cluster: npm run -s tenantry -- up --only hooli',
  );
  await expect(choose({ fleet: "empty" })).rejects.toThrow(/has no tenant of the fleet "empty": .* --namespace$/);
});

test("of many names the first twenty are shown", async () => {
  for (let index = 10; index < 40; index++)
    api.store.put(`/api/v1/namespaces/a${index}`, {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: `a${index}` },
    });
  await expect(choose({ namespaces: ["x"] })).rejects.toThrow(/: a10, a11, .*, a29 and 16 more$/);
});
