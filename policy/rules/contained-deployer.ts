import { DEPLOYER, LABEL, NAME } from "../../components/contract.ts";
import { isDeployer, notPlatform } from "../judging/exemption.ts";
import { fields, list, says, text, type Fields, type KubeObject } from "../judging/kube-object.ts";
import { objectRule } from "../judging/promise.ts";
import { cel, twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "contained-deployer";
const GROUP = "rbac.authorization.k8s.io";
/** Whoever writes one of these gives away the cluster, or is one step from it. */
const WALLS = [
  ...["roles", "clusterroles", "clusterrolebindings", "customresourcedefinitions", "apiservices"],
  ...["validatingadmissionpolicies", "validatingadmissionpolicybindings", "mutatingadmissionpolicies"],
  ...["mutatingadmissionpolicybindings", "validatingwebhookconfigurations", "mutatingwebhookconfigurations"],
  ...["certificatesigningrequests", "nodes", "persistentvolumes", "pods", "flowschemas", "prioritylevelconfigurations"],
];
const READS = ["get", "list", "watch", "bind"];
const EVERYWHERE = ["CREATE", "UPDATE", "DELETE", "CONNECT"];
/** A namespace's label is proof: nobody else may set it. */
const unowned = (namespace: string) => `!(${cel(LABEL.tenant)} in ${namespace}.metadata.?labels.orValue({}))`;

/**
 * The deployer's credential lies in a pipeline. RBAC knows no labels, so names alone would let whoever steals it put a `web` of
 * their own into kube-system, relabel or delete any namespace, and make a token of any account beside the deployer's.
 */
export const containedDeployer: Guardrail = {
  rule: objectRule(
    {
      name,
      severity: "critical",
      description: "Whoever deploys tenants writes in tenants' namespaces alone, and none of the walls between them.",
      remediationSteps: "Leave walls to the cluster's administrators: run up --set part=platform as one of them.",
    },
    (object) =>
      isDeployersRole(object)
        ? list(object.body.rules)
            .map(fields)
            .flatMap((it) => faults(object, it))
        : [],
  ),
  admission: ({ platformGroups, deployerGroups = [] }) =>
    twin({
      name,
      scope: "cluster",
      match: [
        { apiGroups: ["*"], apiVersions: ["*"], resources: ["*/*"], operations: EVERYWHERE, scope: "Namespaced" },
        { apiGroups: [""], resources: ["namespaces", "namespaces/*"], operations: EVERYWHERE },
      ],
      conditions: { deployer: isDeployer(deployerGroups), ...notPlatform(platformGroups) },
      variables: {
        isNamespace: 'request.resource.group == "" && request.resource.resource == "namespaces"',
        // All of a kind at once has no name.
        name: 'request.?name.orValue("")',
        what: 'request.resource.resource + " " + variables.name + (variables.isNamespace ? "" : " in " + request.namespace)',
        tenants: `!variables.isNamespace && namespaceObject != null && !(${unowned("namespaceObject")})`,
        notes:
          `request.namespace == ${cel(NAME.system)} && (request.resource.resource == "leases" || ` +
          '(request.resource.resource == "configmaps" && variables.name.matches("^(inventory|lifecycle)[.]")) || ' +
          '(request.resource.resource == "secrets" && variables.name.startsWith("values.")))',
        isSecret: 'object != null && request.resource.group == "" && request.resource.resource == "secrets"',
        isBinding: 'object != null && request.resource.resource == "rolebindings"',
      },
      verdicts: [
        {
          found:
            "variables.isNamespace ? ((oldObject != null && " +
            `${unowned("oldObject")}) || (object != null && ${unowned("object")}) ? [variables.what] : [])` +
            " : (variables.tenants || variables.notes ? [] : [variables.what])",
          wanted: "a namespace of a tenant, before and after; the rest is the administrators'",
        },
        {
          found: 'variables.isSecret && object.?type.orValue("Opaque") != "Opaque" ? [object.type] : []',
          wanted: "a Secret of type Opaque: other types hold tokens",
        },
        {
          found: `variables.isBinding ? object.?subjects.orValue([]).filter(s, s.name in ${cel([...platformGroups, ...deployerGroups])}).map(s, s.name) : []`,
          wanted: "groups of the tenant: the platform gives itself no rights",
        },
      ],
    }),
};

const isDeployersRole = ({ group, kind, name: role, namespace }: KubeObject): boolean =>
  group === GROUP &&
  ((kind === "ClusterRole" && role === DEPLOYER.role) ||
    (kind === "Role" && role === DEPLOYER.name && namespace === NAME.system));

function faults({ kind, name: role }: KubeObject, rule: Fields): string[] {
  const [resources, verbs] = [list(rule.resources).map(text), list(rule.verbs).map(text)];
  const named = says(rule.resourceNames);
  const reaches = resources.filter((it) => WALLS.includes(it) || it.includes("/"));
  return [
    ...reaches
      .filter(
        (it) =>
          it.includes("/") || verbs.some((verb) => !READS.includes(verb) && !(it === "pods" && verb === "delete")),
      )
      .map((it) => `${kind} "${role}" may ${verbs.join(", ")} ${it}, want it left to administrators`),
    ...(kind === "ClusterRole" && resources.includes("secrets") && !named
      ? [`${kind} "${role}" reaches every Secret, want them by name`]
      : []),
    ...(verbs.includes("bind") && !named ? [`${kind} "${role}" may bind any role, want them by name`] : []),
  ];
}
