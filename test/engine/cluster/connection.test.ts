import { createServer } from "node:net";
import { inspect } from "node:util";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connect } from "../../../engine/cluster/connection.ts";
import { FakeApi } from "../../support/fake-api.ts";
import { refusal } from "../../support/fake-store.ts";

let api: FakeApi;

beforeEach(async () => {
  api = await FakeApi.start();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await api.stop();
});

const anonymous = refusal(401, "Unauthorized", "Unauthorized");
const message = (promise: Promise<unknown>) =>
  promise.then(
    () => "connected",
    (error: unknown) => (error as Error).message,
  );

test("learns the server's version and sends the context's credentials", async () => {
  const cluster = await connect({ context: "fake", kubeconfig: api.kubeconfig() });
  expect(cluster.server).toEqual({ context: "fake", url: api.url, version: "v1.36.3", minor: 36 });
  expect(api.calls.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill("Bearer t0ken"));
  await cluster.close();
});

test.each([
  ["v1.33.9", false],
  ["v1.34.0", true],
  ["v1.34.1-gke.100", true],
  ["v1.99.0", true],
  ["v0.9.0", false],
])("a server of %s is let in: %s", async (version, ok) => {
  api.version = version;
  const outcome = await message(api.connect().then((cluster) => cluster.close()));
  expect(outcome).toMatch(ok ? /^connected$/ : /is v[\d.]+: this program supports 1\.34 to 1\.36 and newer/);
});

test("a server that is no Kubernetes is told apart", async () => {
  api.fault = () => ({ status: 200, body: "<html>" });
  expect(await message(api.connect())).toContain("does not answer like a Kubernetes API server");
});

test("a context that is not there is refused with those that are, whatever is current", async () => {
  const kubeconfig = api.kubeconfig();
  expect(await message(connect({ context: "prod", kubeconfig }))).toBe(
    `no context "prod" in ${kubeconfig}: it has fake, other. Name one with --context`,
  );
  expect(api.calls).toEqual([]);
});

test("a port nobody listens on is named, with what to type", async () => {
  const gone = await FakeApi.start();
  const url = gone.url;
  await gone.stop();
  const kubeconfig = api.kubeconfig({ token: "x" }, url);
  expect(await message(connect({ context: "fake", kubeconfig }))).toBe(
    `cannot reach the API server of context fake at ${url}: ECONNREFUSED; start it with \`npm run -s tenantry -- local start\` or name another --context`,
  );
});

test("silence ends at the limit, however the server keeps silent", async () => {
  const mute = createServer(() => undefined).listen(0, "127.0.0.1");
  await new Promise((done) => mute.once("listening", done));
  const { port } = mute.address() as { port: number };
  const limits = { reachMs: 300 };
  const kubeconfig = api.kubeconfig({ token: "x" }, `http://127.0.0.1:${port}`);
  expect(await message(connect({ context: "fake", kubeconfig, limits }))).toContain("no answer in 0.3 s");
  mute.close();
  api.fault = ({ path }) => (path === "/apis" ? "silence" : undefined);
  expect(await message(api.connect({ limits }))).toContain("no answer in 0.3 s");
});

test("a plugin that waits for a person ends at the limit", async () => {
  const plugin = api.file("wait.sh", "#!/bin/sh\nexec sleep 3\n", 0o700);
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command: plugin, interactiveMode: "Never" };
  const kubeconfig = api.kubeconfig({ exec });
  expect(await message(connect({ context: "fake", kubeconfig, limits: { reachMs: 200 } }))).toBe(
    "the credential plugin of context fake gave no answer in 0.2 s: log in with it first",
  );
});

test("credentials that are refused, and a user who may nothing, are told apart", async () => {
  api.fault = () => anonymous;
  expect(await message(api.connect())).toContain("does not accept the credentials of the context");
  api.fault = ({ path }) => (path === "/api" ? refusal(403, "Forbidden", 'user "x" cannot get path') : undefined);
  expect(await message(api.connect())).toMatch(/does not let this user in: GET \/api: 403 Forbidden/);
});

test("an abort ends the attempt with its own reason", async () => {
  const stop = new AbortController();
  api.fault = () => {
    stop.abort(new Error("interrupted"));
    return "silence";
  };
  expect(await message(api.connect({ signal: stop.signal }))).toBe("interrupted");
});

/** A plugin whose token grows by one each time it runs. */
function counting() {
  const count = api.file("count", "");
  const text = `#!/bin/sh
printf x >> ${count}
n=$(wc -c < ${count} | tr -d ' ')
test -n "$KUBERNETES_EXEC_INFO" || exit 9
echo "{\\"apiVersion\\":\\"client.authentication.k8s.io/v1\\",\\"kind\\":\\"ExecCredential\\",\\"status\\":{\\"token\\":\\"token-$n\\"}}"
`;
  const command = api.file("plugin.sh", text, 0o700);
  return { exec: { apiVersion: "client.authentication.k8s.io/v1", command, interactiveMode: "Never" } };
}

const bearer = (value: string | undefined) => value?.replace("Bearer token-", "");
const ask = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "a" };

test("an expired plugin token is renewed once for all who met its end", async () => {
  const cluster = await api.connect({ kubeconfig: api.kubeconfig(counting()) });
  api.fault = ({ headers }) => (bearer(headers.authorization) === "1" ? anonymous : undefined);
  await Promise.all(Array.from({ length: 20 }, () => cluster.get(ask)));
  const used = api.calls.map(({ headers }) => bearer(headers.authorization));
  expect(new Set(used)).toEqual(new Set(["1", "2"]));
  await cluster.close();
});

test("credentials that stay refused are not renewed for every request", async () => {
  const cluster = await api.connect({ kubeconfig: api.kubeconfig(counting()) });
  api.fault = () => anonymous;
  for (let i = 0; i < 5; i++) await expect(cluster.get(ask)).rejects.toThrow("401 Unauthorized");
  expect(bearer(api.calls.at(-1)?.headers.authorization)).toBe("2");
  await cluster.close();
});

test("a plugin that fails is quoted without what may be a credential", async () => {
  const secret = "c4nary".repeat(10);
  const command = api.file("fail.sh", `#!/bin/sh\necho "login first, not ${secret}" >&2\nexit 1\n`, 0o700);
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command };
  const text = await message(connect({ context: "fake", kubeconfig: api.kubeconfig({ exec }) }));
  expect(text).toBe(`context fake: credential plugin ${command}: login first, not ...`);
});

test("a broken kubeconfig is refused by line, without quoting its secrets", async () => {
  const file = api.file("broken", 'users:\n- name: u\n  user: { token: "hunter2-canary\n');
  const error: unknown = await connect({ context: "fake", kubeconfig: file }).catch((it: unknown) => it);
  expect((error as Error).message).toMatch(/^kubeconfig .*broken cannot be read: .*\(line \d+\)$/);
  expect(inspect(error, { depth: 9 })).not.toContain("hunter2");
});

test("no kubeconfig at all is refused with what to type", async () => {
  vi.stubEnv("KUBECONFIG", "/nowhere/config");
  expect(await message(connect({ context: "fake" }))).toMatch(
    /^no kubeconfig at \/nowhere.*`npm run -s tenantry -- local start`/,
  );
});

test("several files are merged as kubectl does it: the first wins, missing ones are skipped", async () => {
  const clusters = [{ name: "c", cluster: { server: "http://127.0.0.1:1", "insecure-skip-tls-verify": true } }];
  const contexts = [{ name: "second", context: { cluster: "c", user: "u" } }];
  const second = api.file("second", JSON.stringify({ clusters, contexts, users: [{ name: "u", user: {} }, {}] }));
  vi.stubEnv("KUBECONFIG", `${api.kubeconfig()}:/nowhere/config:${second}`);
  const cluster = await connect({ context: "second" });
  expect(cluster.server.url).toBe(api.url);
  await cluster.close();
});

test("a server behind a path is asked below it", async () => {
  api.fault = ({ path }) => (path.startsWith("/k8s/c-1/") ? undefined : refusal(404, "NotFound", path));
  const text = await message(
    connect({ context: "fake", kubeconfig: api.kubeconfig({ token: "x" }, `${api.url}/k8s/c-1/`) }),
  );
  expect(api.calls[0]?.path).toBe("/k8s/c-1/version");
  expect(text).not.toContain("/version: 404 NotFound: /version");
});
