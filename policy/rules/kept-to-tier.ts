import { ANNOTATION, LABEL } from "../../components/contract.ts";
import { fields, kubeObjects, list, says, text, type Fields, type KubeObject } from "../judging/kube-object.ts";
import { templateOf } from "../judging/pod-template.ts";
import { cel, twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "kept-to-tier";
const POOL = cel(LABEL.pool);

/** What a namespace says of the pods in it. It is frozen there, so a tenant cannot say otherwise. */
const NAMESPACE = {
  tenant: `namespaceObject.metadata.?labels[?${cel(LABEL.tenant)}].orValue("")`,
  pooled: `namespaceObject.metadata.?labels[?${cel(LABEL.tier)}].orValue("") == "pool"`,
  runtime: `namespaceObject.metadata.?annotations[?${cel(ANNOTATION.runtimeClass)}].orValue("")`,
  tolerated:
    `object.spec.?tolerations.orValue([]).exists(t, t.?key.orValue("") == ${POOL} && t.?operator.orValue("Equal") == "Equal"` +
    ' && t.?value.orValue("") == variables.tenant && t.?effect.orValue("") in ["", "NoSchedule"])',
};

const PODS = { apiGroups: [""], resources: ["pods"] };
const patch = (path: string, value: string) => `[JSONPatch{op: "add", path: ${path}, value: ${value}}]`;
const TOLERATION = `{"key": ${POOL}, "operator": "Equal", "value": variables.tenant, "effect": "NoSchedule"}`;

/**
 * A tenant with nodes of its own pays to be apart from strangers: a pod of its that runs elsewhere is beside them, and the
 * taint alone keeps only the strangers out. A pod without the runtime of its plan shares the node's kernel with everybody.
 */
export const keptToTier: Guardrail = {
  span: "tenant",
  rule: {
    name,
    enforcementLevel: "mandatory",
    severity: "high",
    description: "Pods run where their tenant's tier says and in the runtime its plan names, nowhere else.",
    remediationSteps:
      "Leave nodeSelector, tolerations and runtimeClassName to the platform; ask for isolation: { tier } in the tenant file.",
    validateStack: ({ resources }, report) => {
      const placed = resources.flatMap((it) =>
        kubeObjects(it.type, it.props).map((object) => ({ object, urn: it.urn })),
      );
      const homes = new Map(
        placed.filter(({ object }) => isHome(object)).map(({ object }) => [object.name, wantedBy(object)]),
      );
      for (const { object, urn } of placed) {
        const wanted = homes.get(object.namespace);
        const template = templateOf(object);
        if (!wanted || !template) continue;
        for (const fault of faults(template.spec, wanted)) report(`${object.kind} "${object.name}" ${fault}`, urn);
      }
    },
  },
  // Pods only, not templates: those are whoever's that wrote them, and what admission added would look like drift.
  admission: () =>
    twin({
      name,
      scope: "tenants",
      match: [PODS],
      conditions: { "spec-changed": 'request.operation == "CREATE" || object.?spec != oldObject.?spec' },
      variables: NAMESPACE,
      verdicts: [
        {
          found:
            `(variables.pooled && object.spec.?nodeSelector[?${POOL}].orValue("") != variables.tenant ? ["no nodeSelector of its pool"] : [])` +
            ' + (variables.pooled && !variables.tolerated ? ["no toleration of its pool"] : [])',
          wanted: `nodes of its own: nodeSelector and toleration ${LABEL.pool}=TENANT, left to the platform`,
        },
        {
          found:
            'object.spec.?runtimeClassName.orValue("") == variables.runtime ? [] : ["runtimeClassName \'" + object.spec.?runtimeClassName.orValue("") + "\'"]',
          wanted: "the runtime class of the tenant's plan, left to the platform",
        },
      ],
    }),
  mutation: () => ({
    scope: "tenants",
    spec: {
      failurePolicy: "Fail",
      // What is added makes the plug-ins run again, such as the one that adds a runtime's overhead.
      reinvocationPolicy: "IfNeeded",
      matchConstraints: {
        matchPolicy: "Equivalent",
        resourceRules: [{ ...PODS, apiVersions: ["v1"], operations: ["CREATE"] }],
      },
      variables: Object.entries(NAMESPACE).map(([key, expression]) => ({ name: key, expression })),
      // What a pod says by itself is left as it is: the twin refuses what is foreign, instead of hiding the try.
      mutations: [
        `!variables.pooled || ${POOL} in object.spec.?nodeSelector.orValue({}) ? [] : has(object.spec.nodeSelector)` +
          ` ? ${patch(`"/spec/nodeSelector/" + jsonpatch.escapeKey(${POOL})`, "variables.tenant")}` +
          ` : ${patch('"/spec/nodeSelector"', `{${POOL}: variables.tenant}`)}`,
        "!variables.pooled || variables.tolerated ? [] : has(object.spec.tolerations)" +
          ` ? ${patch('"/spec/tolerations/-"', TOLERATION)}` +
          ` : ${patch('"/spec/tolerations"', `[${TOLERATION}]`)}`,
        'variables.runtime == "" || has(object.spec.runtimeClassName) ? []' +
          ` : ${patch('"/spec/runtimeClassName"', "variables.runtime")}`,
      ].map((expression) => ({ patchType: "JSONPatch", jsonPatch: { expression } })),
    },
  }),
};

interface Wanted {
  /** Value of the pool's label; "" for shared nodes. */
  pool: string;
  runtime: string;
}

const isHome = ({ group, kind, labels }: KubeObject): boolean =>
  group === "core" && kind === "Namespace" && says(labels[LABEL.tenant]);

const wantedBy = ({ labels, annotations }: KubeObject): Wanted => ({
  pool: labels[LABEL.tier] === "pool" ? text(labels[LABEL.tenant]) : "",
  runtime: text(annotations[ANNOTATION.runtimeClass]),
});

function faults(spec: Fields, { pool, runtime }: Wanted): string[] {
  const selected = text(fields(spec.nodeSelector)[LABEL.pool]);
  const found = text(spec.runtimeClassName);
  return [
    ...(pool === "" || selected === pool
      ? []
      : [`selects ${selected === "" ? "no pool" : `pool "${selected}"`}, want nodeSelector ${LABEL.pool}=${pool}`]),
    ...(pool === "" ||
    list(spec.tolerations)
      .map(fields)
      .some((it) => tolerates(it, pool))
      ? []
      : [`does not tolerate its own nodes, want a toleration of ${LABEL.pool}=${pool}:NoSchedule`]),
    ...(found === runtime
      ? []
      : [`has runtimeClassName "${found}", want ${runtime === "" ? "it unset" : `"${runtime}"`}`]),
  ];
}

const tolerates = (it: Fields, pool: string): boolean =>
  it.key === LABEL.pool &&
  (it.operator ?? "Equal") === "Equal" &&
  it.value === pool &&
  ["", "NoSchedule"].includes(text(it.effect));
