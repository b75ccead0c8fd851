import { expect, test } from "vitest";
import { COMPONENTS, components } from "../../local/components.ts";
import { simulatedNodes } from "../../local/nodes.ts";
import { choosePorts } from "../../local/ports.ts";
import { STAGES } from "../../local/stages.ts";

test("each pool gets two nodes that only those who tolerate it may use", () => {
  const nodes = simulatedNodes(["globex", "initech"]).map(({ metadata, spec }) => [metadata.name, spec]);
  const taint = (value: string) => ({ taints: [{ key: "tenantry.dev/pool", value, effect: "NoSchedule" }] });
  expect(nodes).toEqual([
    ["general-1", {}],
    ["general-2", {}],
    ["general-3", {}],
    ["globex-1", taint("globex")],
    ["globex-2", taint("globex")],
    ["initech-1", taint("initech")],
    ["initech-2", taint("initech")],
  ]);
});

test("stages have names of their own", () => {
  const names = STAGES.map(({ metadata }) => metadata.name);
  expect(names).toEqual([...new Set(names)]);
});

test("ports differ, and those that are free are kept", async () => {
  const ports = await choosePorts();
  expect(new Set(Object.values(ports)).size).toBe(5);
  expect(await choosePorts(ports)).toEqual(ports);
});

test("without pods nothing is scheduled or simulated, and only a few controllers run", async () => {
  const binaries = Object.fromEntries(COMPONENTS.map((name) => [name, `/bin/${name}`])) as never;
  const all = components({ dir: "/data/plane", ports: await choosePorts(), binaries, tests: true, pods: false });
  expect(all.map((it) => it.name)).toEqual(["etcd", "kube-apiserver", "kube-controller-manager"]);
  const few = all.flatMap(({ argv }) => argv.filter((flag) => flag.startsWith("--controllers=")));
  expect(few.map((it) => it.split(",").length)).toEqual([5]);
});

test("every address that is listened on is loopback, and every program names its directory", async () => {
  const binaries = Object.fromEntries(COMPONENTS.map((name) => [name, `/bin/${name}`])) as never;
  const all = components({ dir: "/data/plane", ports: await choosePorts(), binaries, tests: false, pods: true });
  const listening = all.flatMap(({ argv }) => argv.filter((flag) => /^--(listen|bind|advertise)-/.test(flag)));
  expect(listening).toHaveLength(7);
  expect(listening.filter((flag) => !flag.includes("127.0.0.1"))).toEqual([]);
  expect(all.filter(({ argv }) => !argv.join(" ").includes("/data/plane/"))).toEqual([]);
});
