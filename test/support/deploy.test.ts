import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { deploy, listed } from "./deploy.ts";

class Thing extends pulumi.CustomResource {}

const make = (name: string, parent?: pulumi.Resource, type = "t:t:T") =>
  new pulumi.ComponentResource(type, name, {}, { parent });

test("two children of one name are doubles, whatever their parents are called", async () => {
  const program = () => {
    make("child", make("one"));
    make("child", make("two"));
  };
  await expect(deploy(program)).rejects.toThrow(/^registered twice: \S*t:t:T\$t:t:T::child$/);
});

test("what is made inside an apply is missing while nothing is known", async () => {
  const program = () => {
    const late = new Thing("t:t:C", "first", { value: "x" });
    late.id.apply(() => make("late"));
  };
  expect(listed((await deploy(program)).resources)).toEqual(["C first", "T late"]);
  expect(listed((await deploy(program, {}, { known: false })).resources)).toEqual(["C first"]);
});

test("a program that fails says why", async () => {
  const program = () => {
    throw new Error("no such thing");
  };
  await expect(deploy(program)).rejects.toThrow("the program failed: no such thing");
});
