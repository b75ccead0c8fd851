import { type KubeObject, refKey, refOf } from "../cluster/object.ts";
import type { Plan } from "./plan.ts";
import { describe, formatPath, type Path, type Registration, tenantOf } from "./registration.ts";

/** A Kubernetes object of the plan, ready to be applied. */
export interface PlannedObject {
  key: string;
  urn: string;
  /** Id of the tenant it belongs to; undefined for the platform's own. */
  tenant?: string;
  object: KubeObject;
  secrets: Path[];
  /** Objects of one step may be applied together; steps go in order. */
  step: number;
}

const FIRST = ["CustomResourceDefinition"];
const SECOND = ["Namespace"];
/** What must stand before any workload: a namespace is never open for a moment. */
const GUARDS = [
  "ResourceQuota",
  "LimitRange",
  "NetworkPolicy",
  "CiliumNetworkPolicy",
  "ApplicationNetworkPolicy",
  "ClusterNetworkPolicy",
  "Role",
  "RoleBinding",
  "ClusterRole",
  "ClusterRoleBinding",
  "ServiceAccount",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "FlowSchema",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
];
const PHASES = [FIRST, SECOND, GUARDS];

/** The plan's Kubernetes objects by tenant, and why some cannot be applied without the CLI. */
export function objectsOf(plan: Plan, stack: string): { objects: PlannedObject[]; refusals: string[] } {
  const byUrn = new Map(plan.registrations.map((it) => [it.urn, it]));
  const depth = levels(plan.registrations, byUrn);
  const objects: PlannedObject[] = [];
  const refusals: string[] = [];
  const providers = new Set<string>();
  for (const it of plan.registrations.filter((it) => it.custom && !it.read)) {
    if (it.type.startsWith("pulumi:providers:") || it.type.startsWith("random:")) continue;
    if (!it.type.startsWith("kubernetes:") || it.type.startsWith("kubernetes:helm")) {
      refusals.push(`${describe(it)} is a ${it.type}, which only the Pulumi CLI can make: pulumi up -s ${stack}`);
      continue;
    }
    const object = it.inputs as KubeObject;
    const reason = whyNot(it, object);
    if (reason !== undefined) {
      refusals.push(`${describe(it)} ${reason}`);
      continue;
    }
    if (it.provider !== undefined) providers.add(it.provider);
    const phase = PHASES.findIndex((kinds) => kinds.includes(object.kind));
    objects.push({
      key: refKey(refOf(object)),
      urn: it.urn,
      tenant: tenantOf(it, byUrn),
      object,
      secrets: it.secrets,
      step: phase >= 0 ? phase : PHASES.length + (depth.get(it.urn) ?? 0),
    });
  }
  if (providers.size > 1) {
    refusals.push(
      `the program uses ${providers.size} Kubernetes providers; the direct engine serves one cluster: pulumi up -s ${stack}`,
    );
  }
  for (const key of duplicates(objects.map((it) => it.key))) refusals.push(`${key} is planned twice`);
  return { objects: objects.toSorted((a, b) => a.step - b.step || (a.key < b.key ? -1 : 1)), refusals };
}

function whyNot(it: Registration, object: KubeObject): string | undefined {
  const unknown = it.unknowns[0];
  if (unknown) return `has a value at ${formatPath(unknown)} that nobody knows before the deployment (${it.urn})`;
  if (!object.metadata?.name) return "has no metadata.name: give it one, so that a second run finds it again";
  if (it.provider === undefined) return "has no explicit provider";
  return undefined;
}

/** How many custom resources stand before each one, along the longest chain of dependencies. */
function levels(registrations: Registration[], byUrn: Map<string, Registration>): Map<string, number> {
  const known = new Map<string, number>();
  const levelOf = (urn: string): number => {
    const seen = known.get(urn);
    if (seen !== undefined) return seen;
    known.set(urn, 0);
    const needs = (byUrn.get(urn)?.dependencies ?? []).filter((it) => byUrn.get(it)?.type.startsWith("kubernetes:"));
    const level = needs.length === 0 ? 0 : 1 + Math.max(...needs.map(levelOf));
    known.set(urn, level);
    return level;
  };
  for (const { urn } of registrations) levelOf(urn);
  return known;
}

function duplicates(keys: string[]): string[] {
  const seen = new Set<string>();
  return keys.filter((key) => seen.has(key) || !seen.add(key));
}
