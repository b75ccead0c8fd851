import { expect, test } from "vitest";
import { noLiteralSecrets } from "../../policy/rules/no-literal-secrets.ts";
import { pinnedImages } from "../../policy/rules/pinned-images.ts";
import { probedAndSizedContainers } from "../../policy/rules/probed-and-sized-containers.ts";
import { container, judgePod, titled, type Case } from "../support/admission-judge.ts";

const digest = `@sha256:${"c".repeat(64)}`;
const registries = "ghcr.io/, quay.io/, registry.k8s.io/, docker.io/";

const CASES: Case[] = [
  [
    pinnedImages,
    "a tag",
    container((it) => (it.image = "ghcr.io/x:1")),
    ['container "app" has image "ghcr.io/x:1", want REGISTRY/NAME@sha256:DIGEST'],
  ],
  [
    pinnedImages,
    "a registry that only contains an allowed one",
    container((it) => (it.image = `evil.io/ghcr.io/x${digest}`)),
    [`container "app" has image "evil.io/ghcr.io/x${digest}", want one from ${registries}`],
  ],
  [
    pinnedImages,
    "a registry that only starts like an allowed one",
    container((it) => (it.image = `ghcr.io.evil.io/x${digest}`)),
    [`container "app" has image "ghcr.io.evil.io/x${digest}", want one from ${registries}`],
  ],
  [
    pinnedImages,
    "an init container",
    (spec) => (spec.initContainers[0].image = "busybox"),
    ['init container "init" has image "busybox", want REGISTRY/NAME@sha256:DIGEST'],
  ],
  [
    pinnedImages,
    "an ephemeral container",
    (spec) => (spec.ephemeralContainers = [{ name: "debug", image: "busybox" }]),
    ['ephemeral container "debug" has image "busybox", want REGISTRY/NAME@sha256:DIGEST'],
  ],
  [
    pinnedImages,
    "an image volume",
    (spec) => spec.volumes.push({ name: "model", image: { reference: "evil.io/m:1" } }),
    ['volume "model" has image "evil.io/m:1", want REGISTRY/NAME@sha256:DIGEST'],
  ],
  [
    probedAndSizedContainers,
    "no sizes",
    container((it) => delete it.resources),
    ['container "app" has no requests.cpu, requests.memory, limits.cpu, limits.memory, want each stated'],
  ],
  [
    probedAndSizedContainers,
    "no memory limit",
    container((it) => (it.resources = { ...it.resources, limits: { cpu: "1" } })),
    ['container "app" has no limits.memory, want each stated'],
  ],
  [
    probedAndSizedContainers,
    "no probes",
    container((it) => {
      delete it.livenessProbe;
      delete it.readinessProbe;
    }),
    ['container "app" has no readinessProbe, livenessProbe, want both'],
  ],
  [
    noLiteralSecrets,
    "a password",
    container((it) => it.env.push({ name: "DB_PASSWORD", value: "hunter2" })),
    ['container "app" holds a secret in variable "DB_PASSWORD", want valueFrom.secretKeyRef'],
  ],
  [
    noLiteralSecrets,
    "a password by reference",
    container((it) => it.env.push({ name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "a", key: "b" } } })),
    [],
  ],
  [
    noLiteralSecrets,
    "a password's file",
    container((it) => it.env.push({ name: "PASSWORD_FILE", value: "/run/p" })),
    [],
  ],
  [
    noLiteralSecrets,
    "a connection string",
    container((it) => it.env.push({ name: "URL", value: "postgres://a:hunter2@db/x" })),
    ['container "app" holds a secret in variable "URL", want valueFrom.secretKeyRef'],
  ],
  [
    noLiteralSecrets,
    "a connection string that refers",
    container((it) => it.env.push({ name: "URL", value: "postgres://a:$(PW)@db/x" })),
    [],
  ],
  [
    noLiteralSecrets,
    "an argument",
    container((it) => (it.args = ["--password=hunter2"])),
    ['container "app" holds a secret in its arguments, want a variable from a Secret'],
  ],
];

test.each(CASES.map(titled))("$rule judges $title", async ({ guard, change, wanted }) =>
  expect(await judgePod(guard, change)).toEqual(wanted),
);

test("probes are asked of what runs for ever only, sizes of every template, neither of a bare pod", async () => {
  const bare = container((it) => {
    delete it.livenessProbe;
    delete it.resources;
  });
  expect(await judgePod(probedAndSizedContainers, bare, "Job")).toEqual([
    'container "app" has no requests.cpu, requests.memory, limits.cpu, limits.memory, want each stated',
  ]);
  expect(await judgePod(probedAndSizedContainers, bare, "Pod")).toEqual([]);
});

test("a rule's message never holds the secret it found", async () => {
  const messages = await judgePod(
    noLiteralSecrets,
    container((it) => {
      it.env.push({ name: "API_TOKEN", value: "canary-4711" });
      it.args = ["--password=canary-4711"];
    }),
  );
  expect(messages).toHaveLength(2);
  expect(messages.join()).not.toContain("canary-4711");
});
