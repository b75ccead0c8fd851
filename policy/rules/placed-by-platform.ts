import { LABEL, NAME } from "../../components/contract.ts";
import { celNodeTerms, celPodTerms, nodeTerms, podTerms } from "../judging/affinity.ts";
import { fields, list, says, tenantOf, text, type Fields } from "../judging/kube-object.ts";
import { PODS, POD_VARIABLES, templateOf } from "../judging/pod-template.ts";
import { tenantRule } from "../judging/promise.ts";
import { CHANGED, cel, twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "placed-by-platform";
/** Conditions of a node that Kubernetes itself lets pods tolerate; no way onto another tenant's nodes. */
const CONDITIONS = [
  "not-ready",
  "unreachable",
  "memory-pressure",
  "disk-pressure",
  "pid-pressure",
  "unschedulable",
].map((it) => `node.kubernetes.io/${it}`);
const SCHEDULERS = ["", "default-scheduler"];
/** None is the lowest. Any other class lets a tenant push somebody out, whoever made that class for whatever. */
const PRIORITIES = ["", NAME.tenantPriority];
const FORBIDDEN_KEYS = "^(kubernetes\\.io/hostname|node-role\\.kubernetes\\.io/.*)$";
const POOL = cel(LABEL.pool);
/** A daemon set's pods are pinned to nodes by its controller, through fields no tenant needs. */
const DAEMONS = "system:serviceaccount:kube-system:daemon-set-controller";

/**
 * A pod that picks its node, its scheduler or its priority lands beside the tenant it wants to watch, in a pool that
 * another tenant pays for, or pushes everybody else out. Affinity to pods of other namespaces finds those of a tenant, and
 * anti-affinity to all of them keeps everybody else off a zone.
 */
export const placedByPlatform: Guardrail = {
  rule: tenantRule(
    {
      name,
      severity: "high",
      description: "The platform decides where tenants' pods run and who gives way to whom.",
      remediationSteps: `Remove nodeName, schedulerName, priorityClassName, tolerations and selectors; ask for isolation: { tier: pool } for own nodes.`,
    },
    (object) => {
      const template = templateOf(object);
      return template ? faults(template.spec, object.namespace) : [];
    },
  ),
  admission: () =>
    twin({
      name,
      scope: "tenants",
      match: PODS,
      conditions: CHANGED,
      variables: {
        ...POD_VARIABLES,
        tenant: `namespaceObject.metadata.?labels[?${cel(LABEL.tenant)}].orValue("")`,
        terms: celNodeTerms,
        neighbours: celPodTerms,
        // A pod that runs already keeps the node it was given.
        placed: 'object.kind == "Pod" && request.operation == "UPDATE"',
      },
      verdicts: [
        {
          found:
            '(variables.spec.?nodeName.orValue("") == "" || variables.placed ? [] : ["nodeName"])' +
            ` + (variables.spec.?schedulerName.orValue("") in ${cel(SCHEDULERS)} ? [] : ["schedulerName"])` +
            ` + (variables.spec.?priorityClassName.orValue("") in ${cel(PRIORITIES)} ? [] : ["priorityClassName"])` +
            ` + variables.spec.?tolerations.orValue([]).filter(t, !(t.?key.orValue("") in ${cel(CONDITIONS)}) && !(t.?key.orValue("") == ${POOL} && t.?operator.orValue("Equal") == "Equal" && t.?value.orValue("") == variables.tenant)).map(t, "toleration of " + t.?key.orValue("everything"))` +
            ` + variables.spec.?nodeSelector.orValue({}).map(k, k).filter(k, k.matches(${cel(FORBIDDEN_KEYS)}) || (k == ${POOL} && variables.spec.nodeSelector[k] != variables.tenant)).map(k, "nodeSelector " + k)` +
            ` + variables.terms.filter(t, t.?matchExpressions.orValue([]).exists(e, e.key.matches(${cel(FORBIDDEN_KEYS)}) || (e.key == ${POOL} && !(e.operator == "In" && e.?values.orValue([]).all(v, v == variables.tenant))))).map(t, "node affinity")` +
            ` + (request.userInfo.username == ${cel(DAEMONS)} ? [] : variables.terms.filter(t, size(t.?matchFields.orValue([])) > 0).map(t, "node affinity by field"))` +
            ' + variables.neighbours.filter(t, has(t.namespaceSelector) || t.?namespaces.orValue([]).exists(n, n != request.namespace)).map(t, "affinity to pods of other namespaces")',
          wanted: "placement left to the platform",
        },
      ],
    }),
};

function faults(spec: Fields, namespace: string): string[] {
  const tenant = tenantOf(namespace);
  const priority = text(spec.priorityClassName);
  return [
    ...(says(spec.nodeName) ? ["the pod sets nodeName, want it unset"] : []),
    ...(SCHEDULERS.includes(text(spec.schedulerName)) ? [] : ["the pod sets schedulerName, want it unset"]),
    ...(PRIORITIES.includes(priority) ? [] : [`the pod has priority class "${priority}", want ${NAME.tenantPriority}`]),
    ...list(spec.tolerations)
      .map(fields)
      .filter((it) => !tolerable(it, tenant))
      .map((it) => `the pod tolerates "${text(it.key) || "everything"}", want no taint but its own pool's`),
    ...Object.entries(fields(spec.nodeSelector))
      .filter(([key, value]) => foreign(key, [value], tenant))
      .map(([key]) => `the pod selects nodes by ${key}, want no node or pool but its own`),
    ...nodeTerms(spec).flatMap((term) => [
      ...list(term.matchExpressions)
        .map(fields)
        .filter((it) => foreign(text(it.key), it.operator === "In" ? list(it.values) : ["*"], tenant))
        .map((it) => `the pod prefers nodes by ${text(it.key)}, want no node or pool but its own`),
      ...(says(term.matchFields) ? ["the pod names a node by field, want it unset"] : []),
    ]),
    ...podTerms(spec)
      .filter((it) => "namespaceSelector" in it || list(it.namespaces).some((name) => name !== namespace))
      .map(() => "the pod seeks or shuns pods of other namespaces, want its own only"),
  ];
}

const tolerable = (it: Fields, tenant: string): boolean =>
  CONDITIONS.includes(text(it.key)) ||
  (it.key === LABEL.pool && (it.operator ?? "Equal") === "Equal" && text(it.value) === tenant);

const foreign = (key: string, values: readonly unknown[], tenant: string): boolean =>
  new RegExp(FORBIDDEN_KEYS).test(key) || (key === LABEL.pool && values.some((it) => it !== tenant));
