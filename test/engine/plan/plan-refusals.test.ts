import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { expect, test } from "vitest";
import { PlanError } from "../../../engine/plan/plan.ts";
import { planOf } from "../../support/stacks.ts";

const map = (name: string, opts?: pulumi.CustomResourceOptions) =>
  new k8s.core.v1.ConfigMap(name, { metadata: { name } }, opts);

class Remote extends pulumi.ComponentResource {
  constructor(name: string) {
    super("other:index:Remote", name, {}, {}, true);
  }
}

const PROGRAMS: Record<string, { program: () => unknown; reasons: string[] }> = {
  "a throw in the program": {
    program: () => {
      throw new Error("no such tenant");
    },
    reasons: ["no such tenant"],
  },
  "a throw inside an apply, once for all that waited for it": {
    program: () => {
      const bad = map("first").metadata.name.apply((): string => {
        throw new Error("bad apply");
      });
      for (const name of ["a", "b", "c"]) new k8s.core.v1.ConfigMap(name, { metadata: { name }, data: { bad } });
    },
    reasons: [expect.stringMatching(/^(error serializing property "data": )*bad apply$/) as string],
  },
  "two resources of one URN": {
    program: () => [map("twin"), map("twin")],
    reasons: ["twin (ConfigMap) is registered twice as urn:pulumi:s::p::kubernetes:core/v1:ConfigMap::twin"],
  },
  "an invoke": {
    program: () => pulumi.runtime.invoke("aws:index:getRegion", {}),
    reasons: ["the function aws:index:getRegion needs its provider's plugin, which only the Pulumi CLI runs"],
  },
  "a stack reference": {
    program: () => new pulumi.StackReference("org/p/other"),
    reasons: ["org/p/other reads another stack, which only the Pulumi CLI can do"],
  },
  "a component of another language": {
    program: () => new Remote("far"),
    reasons: ["far (other:index:Remote) is a component of another program, which only the Pulumi CLI can run"],
  },
  "a random resource that is not made here": {
    program: () => new random.RandomUuid("id"),
    reasons: [
      expect.stringMatching(
        /RandomUuid is not made by the direct engine; it makes RandomPassword and RandomString$/,
      ) as string,
    ],
  },
};

test.each(Object.entries(PROGRAMS))("%s is refused with its one reason, and the next plan is sound", async (_, it) => {
  const failure = await planOf(it.program).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(PlanError);
  expect((failure as PlanError).reasons).toEqual(it.reasons);
  const { registrations } = await planOf(() => void map("fine"));
  expect(registrations.map((one) => one.name)).toEqual(["fine", "p-s"]);
});

test("transforms are refused by name, not ignored", async () => {
  const program = () => void map("bent", { transforms: [() => undefined] });
  await expect(planOf(program)).rejects.toThrow(/transforms/);
});

test("a resource hook is refused, and the program does not wait for ever", async () => {
  const program = () => {
    const hook = new pulumi.ResourceHook("log", () => undefined);
    map("hooked", { hooks: { afterCreate: [hook] } });
  };
  await expect(planOf(program, { patience: 3000 })).rejects.toThrow("resource hooks run under the Pulumi CLI only");
});

test("a program that never ends is given up", async () => {
  await expect(planOf(() => new Promise(() => undefined), { patience: 50 })).rejects.toThrow(
    /registered nothing for 0.05 s and has not ended/,
  );
  expect((await planOf(() => void map("fine"))).registrations).toHaveLength(2);
});

test("a value nobody can carry into an object is refused with its place", async () => {
  const program = () =>
    new k8s.core.v1.ConfigMap("odd", {
      metadata: { name: "odd" },
      data: { file: new pulumi.asset.StringAsset("x") as unknown as string },
    });
  await expect(planOf(program)).rejects.toThrow(
    "odd (kubernetes:core/v1:ConfigMap): data.file holds an asset or archive",
  );
});
