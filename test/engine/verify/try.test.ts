import { describe, expect, test } from "vitest";
import type { Tried } from "../../../engine/verify/check.ts";
import { pod } from "../../../engine/verify/sample.ts";
import { judgeTried } from "../../../engine/verify/try.ts";
import { ADMITTED, asking, refused, space } from "./made-space.ts";

const check: Tried = {
  ...{ id: "pods.bad", title: "No bad pods", controls: [], fix: "mend it" },
  tries: (it) => [pod("a bad pod", it)],
  control: (it) => pod("a good pod", it),
};
const all = () => true;
const bad = (answer: ReturnType<typeof refused>, good = ADMITTED) =>
  asking(all, (trial) => (trial.what === "a bad pod" ? answer : good));
const judged = (asker: ReturnType<typeof asking>, change: Partial<Tried> = {}, of = space()) =>
  judgeTried({ ...check, ...change }, of, asker);

describe("a refusal counts beside a control", () => {
  test("that is admitted to the same identity, and says who refused", async () => {
    const cluster = bad(refused("policy", 'admission policy "no-bad"'));
    expect(await judged(cluster)).toEqual({
      outcome: "pass",
      message:
        'a bad pod, tried as group "acme-admins", was refused by admission policy "no-bad"; a good pod was admitted',
    });
    expect(cluster.asked).toEqual(['group "acme-admins": a bad pod', 'group "acme-admins": a good pod']);
  });
  test("and what is admitted fails with the next step", async () => {
    const verdict = await judged(asking(all));
    expect(verdict).toEqual({
      outcome: "fail",
      message: 'a bad pod, tried as group "acme-admins", was admitted, want it refused: mend it',
    });
  });
  test("a cluster that refuses everything proves nothing", async () => {
    const verdict = await judged(bad(refused("policy", "it"), refused("policy", "webhook")));
    expect(verdict.outcome).toBe("fail");
    expect(verdict.message).toContain("but so was a good pod, by webhook: a refusal of everything proves nothing");
  });
  test("one trial that is admitted is enough to fail", async () => {
    const tries: Tried["tries"] = (it) => [pod("a bad pod", it), pod("a worse pod", it)];
    const cluster = bad(refused("policy"));
    expect(await judged(cluster, { tries })).toMatchObject({
      outcome: "fail",
      message: expect.stringMatching(/^a worse pod/),
    });
  });
});

describe("a full quota hides nothing and accuses nobody", () => {
  test("a control that met only the quota has passed all other guards", async () => {
    expect(await judged(bad(refused("policy"), refused("quota")))).toMatchObject({ outcome: "pass" });
  });
  test("what met only the quota as well cannot be told", async () => {
    expect(await judged(bad(refused("quota"), refused("quota")))).toMatchObject({ outcome: "skipped" });
  });
  test("but a quota that refuses just the bad one is a guard", async () => {
    expect(await judged(bad(refused("quota")))).toMatchObject({ outcome: "pass" });
  });
});

describe("who tries", () => {
  const users = asking(
    (who, question) => who.persona === "users" && question !== "create rolebindings",
    (trial) => (trial.what === "a bad pod" ? refused("policy") : ADMITTED),
  );
  test("is the strongest who has the right", async () => {
    expect((await judged(users)).message).toContain('tried as group "acme-users"');
  });
  test("where nobody has it, RBAC is the guard, and somebody else's right the control", async () => {
    const readers = asking((who, question) => who.persona === "viewers" && question === "get pods");
    const verdict = await judged(readers);
    expect(verdict).toEqual({
      outcome: "pass",
      message: 'a bad pod: nobody found here may create pods (RBAC); group "acme-viewers" may get pods',
    });
    expect(readers.asked).toEqual([]);
  });
  test("where nobody has any right, nothing is proved", async () => {
    const verdict = await judged(asking(() => false));
    expect(verdict).toMatchObject({
      outcome: "fail",
      message: expect.stringMatching(/a refusal of everything proves nothing/),
    });
  });
  test("in a namespace of others that nobody is bound in, it is the administrator", async () => {
    const foreign = space({ own: false, identities: [] });
    const verdict = await judged(bad(refused("policy")), {}, foreign);
    expect(verdict.message).toContain("tried as the administrator who asks");
    expect(await judged(asking(all), { as: "rights" }, foreign)).toMatchObject({ outcome: "skipped" });
  });
});

test.each([["no trial"], ["unserved"]] as const)("what meets %s is skipped and says so", async (by) => {
  expect(await judged(bad(refused(by, "the hook")))).toMatchObject({
    outcome: "skipped",
    message: expect.stringMatching(/the hook/),
  });
});
