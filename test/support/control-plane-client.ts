import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { Api } from "../../local/api.ts";

/** Talks to the control plane of a kubeconfig that `local` wrote, as its admin or as a stranger. */
export function client(kubeconfig: string, as: "admin" | "stranger" = "admin"): Api {
  const config = JSON.parse(readFileSync(kubeconfig, "utf8"));
  const text = (base64: string) => Buffer.from(base64, "base64").toString();
  const { server, "certificate-authority-data": ca } = config.clusters[0].cluster;
  const user = config.users[0].user;
  const identity = { cert: text(user["client-certificate-data"]), key: text(user["client-key-data"]) };
  return new Api(server, { ca: text(ca), ...(as === "admin" ? identity : {}) });
}

/** What a server says has no type until a test looks into it. */
export type Json = ReturnType<typeof JSON.parse>;

/** The object at a path, or undefined. */
export async function read(api: Api, path: string): Promise<Json> {
  const { status, text } = await api.ask("GET", path);
  return status === 200 ? JSON.parse(text) : undefined;
}

/** Creates an object in a collection; fails the test with what the server said. */
export async function create(api: Api, path: string, object: object): Promise<void> {
  const { status, text } = await api.ask("POST", path, object);
  expect(status, text).toBe(201);
}

/** Waits until what `look` finds in the object at `path` equals `wanted`. */
export async function eventually(
  api: Api,
  path: string,
  look: (object: Json) => unknown,
  wanted: unknown,
): Promise<void> {
  await expect.poll(async () => look(await read(api, path)), { timeout: 60_000, interval: 100 }).toEqual(wanted);
}
