import {
  admitted,
  apply,
  type Asked,
  type Attempt,
  by,
  cannot,
  INSIDE,
  json,
  LOOSE,
  merge,
  NAMESPACE,
  post,
  put,
  RBAC,
  refused,
  remove,
  type Standing,
} from "./vector.ts";

/** Kinds of the whole cluster: whoever makes one of them reaches everybody. */
const KINDS: Record<string, string[]> = {
  v1: ["namespaces", "nodes", "persistentvolumes"],
  [RBAC]: ["clusterroles", "clusterrolebindings"],
  "apiextensions.k8s.io/v1": ["customresourcedefinitions"],
  "apiregistration.k8s.io/v1": ["apiservices"],
  "admissionregistration.k8s.io/v1": [
    "validatingwebhookconfigurations",
    "mutatingwebhookconfigurations",
    "validatingadmissionpolicies",
    "validatingadmissionpolicybindings",
    "mutatingadmissionpolicies",
  ],
  "storage.k8s.io/v1": ["storageclasses", "csidrivers", "volumeattachments"],
  "scheduling.k8s.io/v1": ["priorityclasses"],
  "certificates.k8s.io/v1": ["certificatesigningrequests"],
  "flowcontrol.apiserver.k8s.io/v1": ["flowschemas", "prioritylevelconfigurations"],
  "networking.k8s.io/v1": ["ingressclasses"],
  "node.k8s.io/v1": ["runtimeclasses"],
};
const root = (group: string) => (group === "v1" ? "/api/v1" : `/apis/${group}`);

const CLUSTER: Attempt[] = [
  ...Object.entries(KINDS).flatMap(([group, resources]) =>
    resources.flatMap((it) => [
      refused(
        12,
        `one of ${it}`,
        INSIDE,
        post(`${root(group)}/${it}`, { metadata: { name: "try" } }),
        cannot("create", it),
      ),
      refused(12, `to clear ${it}`, INSIDE, remove(`${root(group)}/${it}`), cannot("deletecollection", it)),
    ]),
  ),
  refused(
    12,
    "to approve a certificate",
    INSIDE,
    merge("/apis/certificates.k8s.io/v1/certificatesigningrequests/any/approval", { status: {} }),
    cannot("patch", "certificatesigningrequests/approval"),
  ),
  admitted(
    12,
    "to ask what it may do",
    INSIDE,
    post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
      spec: { resourceAttributes: { verb: "create", resource: "nodes" } },
    }),
  ),
];

interface Metadata {
  labels: Record<string, string>;
  annotations: Record<string, string>;
}
type Change = Partial<Metadata>;
const MARKS: [string, Change][] = [
  ["its Pod Security", { labels: { "pod-security.kubernetes.io/enforce": "privileged" } }],
  ["its tenant", { labels: { "tenantry.dev/tenant": "globex" } }],
  ["its tier", { labels: { "tenantry.dev/tier": "pool" } }],
  ["the hosts it serves", { annotations: { "tenantry.dev/domains": "globex.example" } }],
  ["who may be bound", { annotations: { "tenantry.dev/admins": "mallory" } }],
  ["the nodes it gets", { annotations: { "scheduler.alpha.kubernetes.io/node-selector": "a=b" } }],
];
const OWN: Change = { labels: { team: "a" } };

/** Others see some of these as well, and whoever is first speaks: what is frozen alone shows that this one holds. */
const frozen = new RegExp(
  ["frozen-labels", "tenant-labels", "restricted-namespaces"].map((it) => by(it).source).join("|"),
);
const path = `/api/v1/namespaces/${NAMESPACE}`;
const escaped = (key: string) => key.replaceAll("~", "~0").replaceAll("/", "~1");
/** Every way to write a change to every endpoint of a namespace. */
function ways({ labels = {}, annotations = {} }: Change): [string, string, (it: Standing) => Asked][] {
  const metadata = {
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
  const operations = Object.entries({ labels, annotations }).flatMap(([part, values]) =>
    Object.entries(values).map(([key, value]) => ({ op: "add", path: `/metadata/${part}/${escaped(key)}`, value })),
  );
  const whole = ({ namespace }: Standing) => ({
    ...namespace,
    metadata: {
      name: NAMESPACE,
      labels: { ...namespace.metadata.labels, ...labels },
      annotations: { ...namespace.metadata.annotations, ...annotations },
    },
  });
  const named = { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE, ...metadata } };
  return ["", "/status", "/finalize"].flatMap((end): [string, string, (it: Standing) => Asked][] => [
    [`by update of namespaces${end}`, `namespaces${end}`, (it) => put(path + end, whole(it))],
    ...(end === "/finalize"
      ? []
      : ([
          [`by merge patch of namespaces${end}`, `namespaces${end}`, () => merge(path + end, { metadata })],
          [`by JSON patch of namespaces${end}`, `namespaces${end}`, () => json(path + end, operations)],
          [`by apply to namespaces${end}`, `namespaces${end}`, () => apply(path + end, named)],
        ] as [string, string, (it: Standing) => Asked][])),
  ]);
}

const NAMESPACES: Attempt[] = [
  ...MARKS.flatMap(([what, change]) =>
    ways(change).flatMap(([way, resource, asked]) => [
      refused(
        13,
        `to change ${what} ${way}`,
        INSIDE,
        asked,
        cannot(way.startsWith("by update") ? "update" : "patch", resource),
      ),
      refused(13, `to change ${what} ${way}`, LOOSE, asked, frozen),
    ]),
  ),
  ...ways(OWN).map(([way, , asked]) => admitted(13, `another label ${way}`, LOOSE, asked)),
];

export const CLUSTER_WIDE: Attempt[] = [...CLUSTER, ...NAMESPACES];
