import { expect, test } from "vitest";
import { CHECKS } from "../../../engine/verify/catalogue.ts";
import { space } from "./made-space.ts";

const CONTROL = /^(CIS 5\.\d\.\d{1,2}|OWASP K(0[1-9]|10)|NSA [a-z]+( [a-z]+)*)$/;

test("there are at least 60 checks, each with an id of its own, a title and controls", () => {
  expect(CHECKS.length).toBeGreaterThanOrEqual(60);
  expect(new Set(CHECKS.map((it) => it.id)).size).toBe(CHECKS.length);
  expect(new Set(CHECKS.map((it) => it.title)).size).toBe(CHECKS.length);
  for (const { id, title, controls, fix } of CHECKS) {
    expect(id).toMatch(/^[a-z]+\.[a-z]+(-[a-z]+)*$/);
    expect(title, id).toMatch(/^[A-Z].*[^.]$/);
    expect(fix, id).not.toBe("");
    expect(controls.length, id).toBeGreaterThan(0);
    for (const control of controls) expect(control, id).toMatch(CONTROL);
    expect(new Set(controls).size, id).toBe(controls.length);
  }
});

test("every family of the CIS benchmark's section 5 and most of the OWASP Top Ten are met", () => {
  const controls = new Set(CHECKS.flatMap((it) => it.controls));
  for (const family of ["5.1", "5.2", "5.3", "5.4", "5.5", "5.6"])
    expect(
      [...controls].some((it) => it.startsWith(`CIS ${family}.`)),
      family,
    ).toBe(true);
  const owasp = [...controls].filter((it) => it.startsWith("OWASP"));
  expect(owasp.length).toBeGreaterThanOrEqual(9);
});

test("every trial has a control of the same kind, and another body", () => {
  const one = space();
  const tried = CHECKS.flatMap((it) => ("tries" in it ? [it] : []));
  expect(tried.length).toBeGreaterThan(60);
  for (const check of tried) {
    const control = check.control(one);
    const tries = check.tries(one);
    expect(tries.length, check.id).toBeGreaterThan(0);
    for (const trial of tries) {
      expect(trial.resource.split("/")[0], `${check.id}: ${trial.what}`).toBe(control.resource);
      expect(JSON.stringify(trial.body), `${check.id}: ${trial.what}`).not.toBe(JSON.stringify(control.body));
    }
  }
});

test("asking is deterministic: the same namespace is asked the same", () => {
  const said = () => JSON.stringify(CHECKS.map((it) => ("tries" in it ? it.tries(space()) : it.id)));
  expect(said()).toBe(said());
});
