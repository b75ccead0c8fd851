import { LABEL, NAME } from "../../components/contract.ts";
import { fields, text } from "../judging/kube-object.ts";
import { objectRule } from "../judging/promise.ts";
import { cel } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "owned-fleet";
const RUNNERS = ["direct", "cli", "gitops"];

/** Two ways of running one fleet undo each other's work, and the second deletes what it does not know. */
export const ownedFleet: Guardrail = {
  rule: objectRule(
    {
      name,
      severity: "high",
      description: "One way of running owns a fleet until it is handed over.",
      remediationSteps: "Run `npm run -s tenantry -- handover` from the way that owns the fleet.",
    },
    (object) => {
      const isRecord = object.kind === "ConfigMap" && object.name === NAME.fleet && object.namespace === NAME.system;
      const runner = text(fields(object.body.data).runner);
      return !isRecord || RUNNERS.includes(runner)
        ? []
        : [`the fleet is run by "${runner}", want one of ${RUNNERS.join(", ")}`];
    },
  ),
  // Nobody is exempt: whoever may write here is somebody's platform. A handover changes this policy first.
  admission: ({ runner }) => ({
    scope: "cluster",
    spec: {
      failurePolicy: "Fail",
      matchConstraints: {
        matchPolicy: "Equivalent",
        namespaceSelector: { matchLabels: { [LABEL.namespaceName]: NAME.system } },
        resourceRules: [
          { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["configmaps"] },
        ],
      },
      matchConditions: [{ name: "is-record", expression: `object.metadata.name == "${NAME.fleet}"` }],
      variables: [{ name: "runner", expression: 'object.?data[?"runner"].orValue("")' }],
      validations: [
        {
          expression: `variables.runner == ${cel(runner)}`,
          message: `${name}: this fleet is run by "${runner}": hand it over with npm run -s tenantry -- handover`,
        },
      ],
    },
  }),
};
