import { describe, expect, test } from "vitest";
import { judgeAsked } from "../../../engine/verify/ask.ts";
import type { Asked } from "../../../engine/verify/check.ts";
import { ANONYMOUS } from "../../../engine/verify/identity.ts";
import { asking, space } from "./made-space.ts";

const check: Asked = {
  ...{ id: "rights.quotas", title: "Nobody moves bounds", controls: [], fix: "mend it" },
  ...{ denied: ["patch resourcequotas", "delete resourcequotas"], allowed: "get resourcequotas" },
};
const KNOWN = "create selfsubjectaccessreviews.authorization.k8s.io";
const harmless = ["get resourcequotas", "get pods", KNOWN];

describe("a right that nobody may have", () => {
  test("is denied to each, beside one that each has", async () => {
    const verdict = await judgeAsked(
      check,
      space(),
      asking((_, question) => harmless.includes(question)),
    );
    expect(verdict.outcome).toBe("pass");
    expect(verdict.message).toContain('may not patch/delete resourcequotas; group "acme-admins" may get');
  });
  test("and whoever has it is named, with the right", async () => {
    const cluster = asking(
      (who, question) =>
        harmless.includes(question) || (who.persona === "users" && question === "delete resourcequotas"),
    );
    expect(await judgeAsked(check, space(), cluster)).toEqual({
      outcome: "fail",
      message: 'group "acme-users" may delete resourcequotas, want nobody to: mend it',
    });
  });
  test("a persona that may nothing at all proves nothing", async () => {
    const verdict = await judgeAsked(
      check,
      space(),
      asking((_, question) => question === KNOWN),
    );
    expect(verdict).toMatchObject({
      outcome: "fail",
      message: expect.stringMatching(/may not even get resourcequotas/),
    });
  });
  test("elsewhere is named", async () => {
    const cluster = asking((_, question, where) => harmless.includes(question) || where === "kube-system");
    const verdict = await judgeAsked({ ...check, where: () => ["kube-system"] }, space(), cluster);
    expect(verdict.message).toContain('may patch/delete resourcequotas in namespace "kube-system"');
  });
});

describe("those without any right", () => {
  test("are known by the right to ask about themselves", async () => {
    const accounts: Asked = { ...check, who: (it) => it.identities.filter((one) => one.persona === undefined) };
    expect(
      await judgeAsked(
        accounts,
        space(),
        asking((_, question) => question === KNOWN),
      ),
    ).toMatchObject({
      outcome: "pass",
      message: expect.stringMatching(/service account "acme-api\/default" may ask about itself$/),
    });
  });
  test("or, without credentials, by the administrator's yes to the same question", async () => {
    const anonymous: Asked = { ...check, who: () => [ANONYMOUS] };
    expect(
      await judgeAsked(
        anonymous,
        space(),
        asking((who) => who.self === true),
      ),
    ).toMatchObject({ outcome: "pass" });
    expect(
      await judgeAsked(
        anonymous,
        space(),
        asking(() => false),
      ),
    ).toMatchObject({ outcome: "fail" });
  });
  test("nobody to ask about is skipped and says why", async () => {
    const nobody: Asked = { ...check, who: () => [], nobody: "the namespace names no group of viewers" };
    expect(
      await judgeAsked(
        nobody,
        space(),
        asking(() => true),
      ),
    ).toEqual({
      ...{ outcome: "skipped", message: "the namespace names no group of viewers" },
    });
  });
});
