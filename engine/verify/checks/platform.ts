import { LABEL, NAME } from "../../../components/contract.ts";
import type { KubeObject } from "../../cluster/object.ts";
import { record } from "../../cluster/status.ts";
import type { Check, Looked, Tried } from "../check.ts";
import { object, TRIAL_NAME } from "../sample.ts";
import type { Space } from "../space.ts";

const UP = "run: npm run -s tenantry -- up";

/** Whether a binding of ours denies, and reaches this namespace or all. */
function denies(binding: KubeObject, space: Space): boolean {
  const spec = record(binding["spec"]);
  const selector = record(record(spec["matchResources"])["namespaceSelector"]);
  const labels = { ...space.object.metadata.labels };
  const holds = Object.entries(record(selector["matchLabels"])).every(([key, value]) => labels[key] === value);
  const exists = ((selector["matchExpressions"] ?? []) as Record<string, unknown>[]).every((it) => {
    const key = String(it["key"]);
    return it["operator"] === "Exists" ? key in labels : it["operator"] === "DoesNotExist" ? !(key in labels) : true;
  });
  return ((spec["validationActions"] ?? []) as unknown[]).includes("Deny") && holds && exists;
}

const LOOKED: Looked[] = [
  {
    ...{ id: "platform.policies-bound", title: "Every admission policy of the platform denies here" },
    controls: ["OWASP K04", "CIS 5.2.1"],
    own: true,
    fix: UP,
    well: "each has a binding that denies",
    look: (space) => {
      const { policies, policyBindings } = space.platform;
      if (policies.length === 0) return ["the cluster has no admission policy of the platform"];
      return policies
        .filter(
          ({ metadata }) =>
            !policyBindings.some((it) => record(it["spec"])["policyName"] === metadata.name && denies(it, space)),
        )
        .map((it) => `admission policy "${it.metadata.name}" has no binding that denies here`);
    },
  },
  {
    ...{ id: "platform.policies-closed", title: "Admission policies refuse when they cannot tell" },
    controls: ["OWASP K04"],
    own: true,
    fix: UP,
    well: "all of them have failurePolicy Fail",
    look: ({ platform }) =>
      platform.policies
        .filter((it) => record(it["spec"])["failurePolicy"] === "Ignore")
        .map((it) => `admission policy "${it.metadata.name}" has failurePolicy Ignore`),
  },
];

/** Mistakes of administrators: admission exempts nobody from these, so whoever runs this tries them. */
const ROWS: Tried[] = [
  {
    ...{ id: "platform.relabel", title: "Not even an administrator lowers Pod Security by mistake" },
    controls: ["CIS 5.2.1", "OWASP K04"],
    tries: ({ namespace }) => [
      patched("a namespace of privileged pods", namespace, { labels: { [LABEL.podSecurityEnforce]: "privileged" } }),
    ],
    // An annotation: whoever left the labels in a bad state could not change any of them.
    control: ({ namespace }) => patched("a free annotation", namespace, { annotations: { team: TRIAL_NAME } }),
    fix: UP,
  },
  {
    ...{ id: "platform.network-policy", title: "Not even an administrator opens the network by mistake" },
    controls: ["CIS 5.3.2", "OWASP K05"],
    tries: () => [policy("a network policy that lets everybody in", [{}])],
    control: () => policy("a network policy that opens nothing", []),
    fix: UP,
  },
  {
    ...{ id: "platform.role", title: "Not even an administrator makes a role that grows" },
    controls: ["CIS 5.1.3", "OWASP K02"],
    tries: () => [role("a Role of everything", "*")],
    control: () => role("a Role that reads pods", "pods"),
    fix: UP,
  },
  {
    ...{ id: "platform.owner", title: "Two ways of running the fleet do not undo each other" },
    controls: ["OWASP K04"],
    tries: () => [owner("a record of another owner", "nobody")],
    control: ({ platform }) => owner("the record as it is", platform.runner ?? ""),
    fix: UP,
  },
];

const TRIED = ROWS.map((it) => ({ ...it, own: true, as: "administrator" as const }));

function patched(what: string, name: string, metadata: object) {
  return { what, verb: "patch" as const, resource: "namespaces", name, body: { metadata } };
}

function policy(what: string, ingress: object[]) {
  return object(what, "networkpolicies.networking.k8s.io", {
    spec: { podSelector: {}, policyTypes: ["Ingress"], ingress },
  });
}

function role(what: string, resource: string) {
  return object(what, "roles.rbac.authorization.k8s.io", {
    rules: [{ apiGroups: [""], resources: [resource], verbs: ["get"] }],
  });
}

/** In the platform's own namespace, wherever the check stands. */
function owner(what: string, runner: string) {
  return {
    what,
    verb: "patch" as const,
    resource: "configmaps",
    name: NAME.fleet,
    namespace: NAME.system,
    body: { data: { runner } },
  };
}

export const PLATFORM: Check[] = [...LOOKED, ...TRIED];
