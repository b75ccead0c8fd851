import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { objectsDigest } from "../../../engine/apply/transaction.ts";
import type { Stack } from "../../../engine/fleet.ts";
import type { PlannedObject } from "../../../engine/plan/objects.ts";
import { planUnits, type Selection } from "../../../engine/plan/unit.ts";
import { render } from "../../../engine/run/render.ts";
import { withoutValues } from "../../../engine/run/secret-source.ts";
import { planned } from "../../support/planned.ts";
import { shipped } from "../../support/stacks.ts";

const CANARY = "c4n4ry-value-of-32-characters-xx";
const ODD = { A: "yes", B: "on", C: "012", D: "1_000", E: "0b1", F: "null", G: "~", H: "y" };
let base: string;
let stack: Stack;

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), "render-"));
  mkdirSync(join(base, "tenants"));
  const image = `ghcr.io/acme/api@sha256:${"a".repeat(64)}`;
  const tenant = {
    schemaVersion: 1,
    id: "odd",
    owner: { email: "a@b.example", groups: { admins: ["odd-admins"] } },
    plan: "team",
    spaces: { api: { app: { kind: "web", image, env: ODD, secrets: { CANARY_KEY: {} } } } },
  };
  writeFileSync(join(base, "tenants/odd.json"), JSON.stringify(tenant));
  stack = shipped("local", [`tenants=${join(base, "tenants")}`, "only=odd"]);
});
afterAll(() => rmSync(base, { recursive: true }));

const objectsWith = async (random?: Selection["random"]): Promise<PlannedObject[]> => {
  const objects: PlannedObject[] = [];
  for await (const shard of planUnits(stack, { platform: false, tenants: stack.fleet.tenants, random }))
    for (const unit of shard.units) objects.push(...unit.objects);
  return objects;
};

test("a random value is in the plan's Secret and in no file made of it, whatever it is", async () => {
  const asked: unknown[] = [];
  const objects = await objectsWith(async (ids) => {
    asked.push(ids);
    return Promise.resolve(({ tenant }) => `${tenant}-${CANARY}`);
  });
  expect(asked).toEqual([["odd"]]);
  const coded = Buffer.from(`odd-${CANARY}`).toString("base64");
  expect(objects.filter((it) => JSON.stringify(it.object).includes(coded)).map((it) => it.object.kind)).toEqual([
    "Secret",
  ]);
  const written = JSON.stringify(objects.flatMap(withoutValues));
  for (const it of [CANARY, coded]) expect(written).not.toContain(it);
  expect(objectsDigest(objects)).toBe(objectsDigest(await objectsWith()));
});

test("text that YAML 1.1 takes for something else stays text, and a Secret is a recipe", async () => {
  const target = join(base, "out");
  await render(stack, target, undefined, () => undefined);
  const text = readFileSync(join(target, "odd/odd-api.deployment.web.yaml"), "utf8");
  const [container] = parse(text, { version: "1.1" }).spec.template.spec.containers;
  const plain = (container.env as { name: string; value?: string }[]).filter((it) => it.value !== undefined);
  expect(Object.fromEntries(plain.map((it) => [it.name, it.value]))).toEqual(ODD);
  const files = readdirSync(join(target, "odd"));
  expect(files.filter((it) => it.includes(".secret."))).toEqual([]);
  expect(files).toContain("odd-api.externalsecret.web-generated.yaml");
  expect(files).toContain("odd-api.password.web-generated-canary-key.yaml");
});

test("no value of a Secret is written, not even in part", () => {
  const canary = CANARY;
  const data = { API_KEY: Buffer.from(canary).toString("base64"), OTHER: Buffer.from("c4n4ry").toString("base64") };
  const objects = withoutValues(planned("Secret n/s", { type: "Opaque", data, stringData: { PLAIN: canary } }));
  const text = JSON.stringify(objects);
  for (const it of [canary, "c4n4ry", data.API_KEY, data.OTHER]) expect(text).not.toContain(it);
  expect(objects.map((it) => `${it.kind} ${it.metadata.namespace}/${it.metadata.name}`)).toEqual([
    "Password n/s-api-key",
    "Password n/s-other",
    "Password n/s-plain",
    "ExternalSecret n/s",
  ]);
  expect(objects[0]).toMatchObject({ spec: { length: 32 } });
});

test("a secret value outside a Secret is refused by name, and what holds none is left as it is", () => {
  const map = planned("ConfigMap n/a", { data: { url: "c4n4ry" } }, { secrets: [["data", "url"]] });
  expect(() => withoutValues(map)).toThrow(/^core\/ConfigMap\/n\/a holds a secret value outside a Secret/);
  expect(() => withoutValues(map)).not.toThrow("c4n4ry");
  const plain = planned("ConfigMap n/a", { data: { a: "1" } });
  expect(withoutValues(plain)).toEqual([plain.object]);
});
