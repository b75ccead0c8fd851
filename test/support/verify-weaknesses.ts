import { LABEL, NAME } from "../../components/contract.ts";
import {
  added,
  inside,
  key,
  label,
  networkPolicy,
  past,
  patched,
  policyBinding,
  QUOTA,
  removed,
  running,
  WEAKENED,
  type Weaken,
} from "./weaken.ts";

/** What is removed, and the checks that must fail for it: these and no others. */
export type Weakness = [guard: string, weaken: Weaken, fails: string[]];

const ADMISSION = "admissionregistration.k8s.io/v1";
const POLICIES_BOUND = "platform.policies-bound";
/** What else than the binding itself is missed when an admission policy does not bite. */
const OF_POLICY: Record<string, string[]> = {
  "closed-networks": ["platform.network-policy"],
  "frozen-labels": [],
  "internal-services": ["services.external-name"],
  "least-privilege-roles": ["platform.role"],
  "named-subjects": [
    ...["bindings.to-everybody", "bindings.to-foreign-accounts", "bindings.to-strangers", "bindings.to-other-roles"],
  ],
  "no-literal-secrets": ["secrets.environment", "secrets.config-maps", "secrets.weak"],
  "own-hosts": ["foreign-host", "wildcard", "default-backend", "annotations"].map((it) => `ingresses.${it}`),
  "owned-fleet": ["platform.owner"],
  "pinned-images": ["tag", "registry", "init-container", "volume"].map((it) => `images.${it}`),
  // Priorities stay refused: a quota of the platform's has that scope.
  "placed-by-platform": ["node-name", "scheduler", "control-plane-nodes", "hostname", "foreign-pool"].map(
    (it) => `placement.${it}`,
  ),
  "private-claims": ["claims.volume-name", "claims.selector", "claims.data-source"],
  "probed-and-sized-containers": ["workloads.sizes", "workloads.probes"],
  "restricted-namespaces": ["platform.relabel"],
  "sandboxed-pods": ["deployments", "statefulsets", "jobs", "cronjobs"].map((it) => `workloads.${it}`),
  "tenant-labels": ["namespace.foreign-labels"],
  "token-free-pods": ["tokens.automount", "tokens.secret"],
};

/** One weakness for each binding that the cluster has, so that a new policy is met without a new row. */
export const withoutPolicy = (rule: string): Weakness => [
  `the binding of ${rule}`,
  removed(policyBinding(rule)),
  [...(OF_POLICY[rule] ?? []), POLICIES_BOUND],
];

const BOUNDS = [
  "compute",
  "scratch",
  "storage",
  "pods",
  "objects",
  "workloads",
  "routes",
  "quotas",
  "ways-in",
  "enforced",
];

export const GUARDS: Weakness[] = [
  ["the quota", removed(QUOTA), BOUNDS.map((it) => `quota.${it}`)],
  ["limits.cpu in the quota", key("limits.cpu"), ["quota.compute"]],
  ["count/pods in the quota", key("count/pods"), ["quota.pods"]],
  ["count/jobs.batch in the quota", key("count/jobs.batch"), ["quota.workloads"]],
  ["services.loadbalancers in the quota", key("services.loadbalancers"), ["quota.ways-in"]],
  ["the quota on priorities", removed(inside("v1", "ResourceQuota", NAME.priority)), ["quota.priorities"]],
  ["the limit range", removed(inside("v1", "LimitRange", NAME.limits)), ["limits.container", "limits.claims"]],
  [
    "the default deny",
    removed(inside("networking.k8s.io/v1", "NetworkPolicy", NAME.closed)),
    ["networks.closed-ingress", "networks.closed-egress"],
  ],
  [
    "a closed network, for the whole world",
    past(
      ["closed-networks"],
      networkPolicy({ policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }] }),
    ),
    ["networks.open-egress", "networks.metadata"],
  ],
  [
    "a closed network, for every namespace",
    past(["closed-networks"], networkPolicy({ ingress: [{ from: [{ namespaceSelector: {} }] }] })),
    ["networks.open-ingress"],
  ],
  [
    "Pod Security",
    past(["restricted-namespaces"], label(LABEL.podSecurityEnforce, null, "restricted")),
    ["namespace.pod-security"],
  ],
  [
    "the warnings of Pod Security",
    past(["restricted-namespaces"], label(LABEL.podSecurityWarn, null, "restricted")),
    ["namespace.pod-security-told"],
  ],
  ["the plan on the namespace", label(LABEL.plan, null, "team"), ["namespace.marked"]],
  [
    "the account without a token",
    patched(
      inside("v1", "ServiceAccount", "default"),
      ...([{ automountServiceAccountToken: true }, { automountServiceAccountToken: false }] as const),
    ),
    ["tokens.default-account"],
  ],
  [
    "an end to every token",
    past(
      ["token-free-pods"],
      added({
        ...{ apiVersion: "v1", kind: "Secret", type: "kubernetes.io/service-account-token" },
        metadata: {
          ...{ name: "weak", namespace: WEAKENED },
          annotations: { "kubernetes.io/service-account.name": "default" },
        },
      }),
    ),
    ["tokens.stored"],
  ],
  [
    "that policies refuse what they cannot judge",
    patched(
      { apiVersion: ADMISSION, kind: "ValidatingAdmissionPolicy", name: "tenantry-own-hosts" },
      ...([{ spec: { failurePolicy: "Ignore" } }, { spec: { failurePolicy: "Fail" } }] as const),
    ),
    ["platform.policies-closed"],
  ],
  [
    "a pod without privileges",
    past(["restricted-namespaces", "sandboxed-pods"], running({ securityContext: { privileged: true } })),
    ["running.privileged"],
  ],
  [
    "a pod beside its node",
    past(["restricted-namespaces", "sandboxed-pods"], running({}, { hostNetwork: true })),
    ["running.on-the-node"],
  ],
];
