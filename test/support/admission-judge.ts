import type { Guardrail } from "../../policy/rules/guardrail.ts";
import { BASES, NAMESPACE } from "./admission-bases.ts";
import type { Loose } from "./admission-loose.ts";
import { violations } from "./violations.ts";

export const PODS = BASES.filter((it) => it.pod);
const typeOf = (apiVersion: string, kind: string) =>
  `kubernetes:${apiVersion === "v1" ? "core/v1" : apiVersion}:${kind}`;

/** What a rule says about a Deployment (or another kind) whose pod was changed. */
export async function judgePod(rule: Guardrail, change: (spec: Loose, template: Loose) => void, kind = "Deployment") {
  const base = PODS.find((it) => it.kind === kind);
  if (!base?.pod) throw new Error(`no pod in ${kind}`);
  const props = { metadata: { name: "it", namespace: NAMESPACE }, ...structuredClone(base.body) };
  change(base.pod(props).spec, base.pod(props));
  return violations(rule.rule, { type: typeOf(base.apiVersion, kind), props });
}
/** A change of the first container. */
export const container = (change: (it: Loose) => void) => (spec: Loose) => change(spec.containers[0]);

export type Change = (spec: Loose, template: Loose) => void;
/** A rule, what is changed, how, and exactly what the rule says then. */
export type Case = [Guardrail, string, Change, string[]];
export const titled = ([guard, title, change, wanted]: Case) => ({
  rule: guard.rule.name,
  title,
  guard,
  change,
  wanted,
});
