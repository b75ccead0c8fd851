import { LABEL, NAME } from "../../components/contract.ts";
import { isDeployer, notControllers, notPlatform } from "../judging/exemption.ts";
import { isTenants } from "../judging/kube-object.ts";
import { objectRule } from "../judging/promise.ts";
import { cel, twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "kept-guards";
const GUARDS = ["ResourceQuota", "LimitRange", "NetworkPolicy", "RoleBinding", "Role", "ServiceAccount"];
const OPERATIONS = ["CREATE", "UPDATE", "DELETE"];
const RBAC = "rbac.authorization.k8s.io";

/** CEL: whether an object says that the platform made it. */
const marked = (object: string) =>
  `(${object} != null && ${object}.metadata.?labels[?${cel(LABEL.managedBy)}].orValue("") == ${cel(NAME.manager)})`;

/**
 * An administrator of a tenant may write role bindings, the platform's among them: whoever takes one over, or ties it to an
 * object of their own for the garbage collector, takes access away from others; one who copies the mark onto a guard has it
 * counted, and pruned, as the platform's. Namespaces go when the platform says so, and with them all data.
 */
export const keptGuards: Guardrail = {
  rule: objectRule(
    {
      name,
      severity: "critical",
      description: "What the platform puts around a tenant is changed and removed by the platform alone.",
      remediationSteps: `Label the guard ${LABEL.managedBy}=${NAME.manager}; change what it says in the tenant file.`,
    },
    (object) =>
      GUARDS.includes(object.kind) && isTenants(object) && !isMarked(object.labels[LABEL.managedBy])
        ? [
            `${object.kind} "${object.name}" is not labelled ${LABEL.managedBy}=${NAME.manager}, want it, or tenants change it`,
          ]
        : [],
  ),
  admission: ({ platformGroups, deployerGroups = [] }) =>
    twin({
      name,
      scope: "tenants",
      match: [
        { apiGroups: [""], resources: ["resourcequotas", "limitranges", "serviceaccounts"], operations: OPERATIONS },
        { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], operations: OPERATIONS },
        { apiGroups: [RBAC], resources: ["roles", "rolebindings"], operations: OPERATIONS },
        { apiGroups: [""], resources: ["namespaces"], operations: ["DELETE"] },
      ],
      conditions: {
        ...notPlatform(platformGroups),
        ...notControllers,
        "not-deployer": `!${isDeployer(deployerGroups)}`,
      },
      verdicts: [
        {
          found: `${marked("object")} || ${marked("oldObject")} ? [request.resource.resource + " " + (object == null ? oldObject : object).metadata.name] : []`,
          wanted: `what is labelled ${LABEL.managedBy}=${NAME.manager} left to the platform`,
        },
      ],
    }),
};

const isMarked = (value: unknown): boolean => value === NAME.manager;
