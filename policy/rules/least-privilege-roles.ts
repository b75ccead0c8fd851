import { PERSONAS, personaRole } from "../../components/contract.ts";
import { fields, list, says, text, type Fields, type KubeObject } from "../judging/kube-object.ts";
import { objectRule } from "../judging/promise.ts";
import { cel, twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "least-privilege-roles";
const GROUP = "rbac.authorization.k8s.io";
const VERBS = ["escalate", "bind"];
/** Kubernetes 1.36 knows several, such as impersonate:user-info and impersonate-on:user-info:list. */
const IMPERSONATE = "impersonate";
/** `get` on nodes/proxy is enough to run commands in every pod of a node. */
const RESOURCES = ["nodes/proxy", "serviceaccounts/token", "users", "groups"];
/** Reading a Secret, and reaching into a pod by websocket, which is a `get`. */
const NOT_FOR_VIEWERS = ["secrets", "pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy"];
const AGGREGATED = "/aggregate-to-";

/** A wildcard grows with every kind the cluster learns; escalate, bind and impersonate are every other right at once. */
export const leastPrivilegeRoles: Guardrail = {
  rule: objectRule(
    {
      name,
      severity: "critical",
      description: "Roles name what they allow, and none can grow by itself.",
      remediationSteps:
        "List API groups, resources and verbs one by one; drop escalate, bind, impersonate and aggregation labels.",
    },
    (object) => (object.group === GROUP && ["Role", "ClusterRole"].includes(object.kind) ? faults(object) : []),
  ),
  admission: () =>
    twin({
      name,
      scope: "tenants",
      match: [{ apiGroups: [GROUP], resources: ["roles", "clusterroles"] }],
      conditions: {
        // Other people's cluster roles are theirs; ours must not grow.
        ours: 'object.kind == "Role" || object.metadata.name.startsWith("tenantry-tenant-")',
        changed:
          'request.operation == "CREATE" || object.?rules != oldObject.?rules || object.metadata.?labels != oldObject.metadata.?labels || object.?aggregationRule != oldObject.?aggregationRule',
      },
      variables: {
        rules: "object.?rules.orValue([])",
        labels: "object.metadata.?labels.orValue({})",
        viewer: 'object.metadata.name.contains("viewer")',
      },
      verdicts: [
        {
          found:
            'variables.rules.map(r, (r.?apiGroups.orValue([]) + r.?resources.orValue([]) + r.?verbs.orValue([]) + r.?nonResourceURLs.orValue([])).filter(i, i.contains("*"))' +
            ` + r.?verbs.orValue([]).filter(v, v in ${cel(VERBS)} || v.startsWith("${IMPERSONATE}")) + r.?resources.orValue([]).filter(i, i in ${cel(RESOURCES)})` +
            ` + (variables.viewer ? r.?resources.orValue([]).filter(i, i in ${cel(NOT_FOR_VIEWERS)}) : [])` +
            ').filter(found, size(found) > 0).map(found, found.join(", "))' +
            ` + variables.labels.map(k, k).filter(k, k.contains("${AGGREGATED}")) + (has(object.aggregationRule) ? ["aggregationRule"] : [])`,
          wanted: "rights named one by one, that cannot grow",
        },
      ],
    }),
};

function faults({ kind, name: role, labels, body }: KubeObject): string[] {
  const what = `${kind} "${role}"`;
  return [
    ...list(body.rules)
      .map(fields)
      .flatMap((rule) => ruleFaults(what, role, rule)),
    ...Object.keys(labels)
      .filter((key) => key.includes(AGGREGATED))
      .map((key) => `${what} is aggregated by ${key}, want no such label`),
    ...(says(body.aggregationRule) ? [`${what} collects other roles, want rules of its own`] : []),
  ];
}

function ruleFaults(what: string, role: string, rule: Fields): string[] {
  const [verbs, resources] = [strings(rule.verbs), strings(rule.resources)];
  const wild = [...strings(rule.apiGroups), ...resources, ...verbs, ...strings(rule.nonResourceURLs)];
  return [
    ...wild.filter((it) => it.includes("*")).map((it) => `${what} has the wildcard "${it}", want each named`),
    ...verbs
      .filter((it) => (VERBS.includes(it) || it.startsWith(IMPERSONATE)) && !(it === "bind" && handsOutPersonas(rule)))
      .map((it) => `${what} may ${it}, want it to grant nothing`),
    ...resources.filter((it) => RESOURCES.includes(it)).map((it) => `${what} reaches ${it}, want it left out`),
    ...resources
      .filter((it) => role.includes("viewer") && NOT_FOR_VIEWERS.includes(it))
      .map((it) => `${what} lets viewers reach ${it}, want it left out`),
  ];
}

/** Whoever deploys tenants gives their groups the personas, and no other role. */
const handsOutPersonas = ({ verbs, resources, resourceNames }: Fields): boolean =>
  strings(verbs).join() === "bind" &&
  strings(resources).join() === "clusterroles" &&
  strings(resourceNames).length > 0 &&
  strings(resourceNames).every((it) => PERSONAS.some((persona) => it === personaRole(persona)));

const strings = (value: unknown): string[] => list(value).map(text);
