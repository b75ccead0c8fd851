import { beforeAll, describe, expect, test } from "vitest";
import { ApiError } from "../../engine/cluster/status.ts";
import { fleetPlane } from "../support/fleet.ts";
import { BY_ADMISSION, BY_RIGHTS, NAMESPACE, type Request, type Standing } from "../support/fleet-tries.ts";

const plane = fleetPlane((it) => it.ok("up"));

let standing: Standing;
beforeAll(async () => {
  const web = await plane.cluster.get({ apiVersion: "apps/v1", kind: "Deployment", namespace: NAMESPACE, name: "web" });
  const [pod] = await plane.cluster.listAll({ apiVersion: "v1", kind: "Pod", namespace: NAMESPACE });
  if (!web || !pod) throw new Error(`${NAMESPACE} holds no app to copy`);
  standing = { web, pod: pod.metadata.name };
});

/** "ok", or the code with what the server said. Writes are dry runs: judged in full, stored never. */
async function ask({ as, method, path, body }: Request): Promise<string> {
  const somebody = { user: "somebody@acme.example", groups: [`acme-${as}s`] };
  const options = {
    body,
    ...(method !== "GET" && { query: { dryRun: "All" } }),
    ...(method === "PATCH" && { contentType: "application/merge-patch+json" }),
    idempotent: false,
  };
  try {
    await plane.cluster.withImpersonation(somebody).request(method, path, options);
    return "ok";
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return `${error.status} ${error.message}`;
  }
}

describe("a tenant tries to make", () => {
  test.each(BY_ADMISSION)("%s", async (_, request, answer) => {
    expect(await ask(request(standing))).toMatch(answer);
  });
});

describe("a tenant asks for", () => {
  test.each(BY_RIGHTS)("%s", async (_, request, answer) => {
    expect(await ask(request(standing))).toMatch(answer);
  });
});
