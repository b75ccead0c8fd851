import {
  admitted,
  type Attempt,
  type Bend,
  by,
  cannot,
  inside,
  INSIDE,
  LOOSE,
  deployment,
  pod,
  post,
  refused,
  type Standing,
  strategic,
} from "./vector.ts";
import { both, digest, either, type Field, volume } from "./vector-fields.ts";

const IMAGES: Field[] = [
  [
    "a tag",
    (_, it) => (it.image = "registry.k8s.io/pause:3.10"),
    (_, it) => (it.image = digest("registry.k8s.io/pause")),
  ],
  ["no registry", (_, it) => (it.image = digest("nginx"))],
  ["a registry in the path", (_, it) => (it.image = digest("evil.io/registry.k8s.io/x"))],
  ["a registry that begins alike", (_, it) => (it.image = digest("registry.k8s.io.evil.io/x"))],
  [
    "a foreign image to start with",
    (spec, it) =>
      (spec.initContainers = [{ ...structuredClone(it), name: "init", image: digest("evil.io/x") }].map(bare)),
    (spec, it) => (spec.initContainers = [{ ...structuredClone(it), name: "init" }].map(bare)),
  ],
  [
    "a foreign image as a volume",
    volume({ image: { reference: "evil.io/model:1" } }),
    volume({ image: { reference: digest("ghcr.io/acme/model") } }),
  ],
];

/** Init containers have no probes. */
function bare<T extends object>(container: T): Partial<T> {
  return Object.fromEntries(Object.entries(container).filter(([key]) => !key.endsWith("Probe"))) as Partial<T>;
}

const PRIORITIES: Field[] = [
  ["the cluster's priority", (spec) => (spec.priorityClassName = "system-cluster-critical")],
  ["a node's priority", (spec) => (spec.priorityClassName = "system-node-critical")],
  ["the platform's priority", (spec) => (spec.priorityClassName = "tenantry-platform")],
  [
    "somebody else's priority",
    (spec) => (spec.priorityClassName = "vectors-high"),
    (spec) => (spec.priorityClassName = "tenantry-tenant"),
  ],
];

const pool = "tenantry.dev/pool";
const DEDICATED: Bend = (spec) => {
  spec.nodeSelector = { [pool]: "globex" };
  spec.tolerations = [{ key: pool, value: "globex", effect: "NoSchedule" }];
};
const near =
  (term: object): Bend =>
  (spec) => {
    const whole = { topologyKey: "kubernetes.io/hostname", labelSelector: {}, ...term };
    spec.affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [whole] } };
  };
const PLACES: Field[] = [
  ["a node by name", (spec) => (spec.nodeName = "general-1")],
  [
    "a node by label",
    (spec) => (spec.nodeSelector = { "kubernetes.io/hostname": "general-1" }),
    (spec) => (spec.nodeSelector = { "kubernetes.io/arch": "amd64" }),
  ],
  ["every taint", (spec) => (spec.tolerations = [{ operator: "Exists" }])],
  ["another tenant's nodes", DEDICATED],
  [
    "a scheduler of its own",
    (spec) => (spec.schedulerName = "mine"),
    (spec) => (spec.schedulerName = "default-scheduler"),
  ],
  ["a zone without anybody else", near({ namespaceSelector: {} }), near({})],
  ["a place beside another tenant", near({ namespaces: ["globex-portal"] })],
];

const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } };

const CLAIMS: Field[] = [
  [
    "an ephemeral volume that is another's",
    volume({ ephemeral: { volumeClaimTemplate: { spec: { ...claim, volumeName: "released" } } } }),
    volume({ ephemeral: { volumeClaimTemplate: { spec: claim } } }),
  ],
];

const debug = (image: string, securityContext: object) => (it: Standing) =>
  strategic(inside("v1", `pods/${it.pod}/ephemeralcontainers`), {
    spec: { ephemeralContainers: [{ name: "debug", image, securityContext }] },
  });
const closed = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
const good = digest("registry.k8s.io/debug");
const bind = (it: Standing) =>
  post(inside("v1", `pods/${it.pod}/binding`), { target: { kind: "Node", name: "general-2" } });

export const RUNNING: Attempt[] = [
  refused(3, "any ephemeral container", INSIDE, debug(good, closed), cannot("patch", "pods/ephemeralcontainers")),
  refused(3, "a privileged ephemeral container", LOOSE, debug(good, { privileged: true }), either),
  refused(3, "an ephemeral container that keeps capabilities", LOOSE, debug(good, {}), either),
  refused(3, "an ephemeral container from elsewhere", LOOSE, debug(digest("evil.io/x"), closed), by("pinned-images")),
  refused(3, "an ephemeral container by tag", LOOSE, debug("registry.k8s.io/debug:1", closed), by("pinned-images")),
  admitted(3, "a closed ephemeral container", LOOSE, debug(good, closed)),
  ...both(19, PRIORITIES, by("placed-by-platform"), by("placed-by-platform")),
  ...both(20, PLACES, by("placed-by-platform"), by("placed-by-platform")),
  refused(20, "a node for a pod that waits", INSIDE, bind, cannot("create", "pods/binding")),
  admitted(20, "its own nodes", ["globex"], pod(DEDICATED, "globex-portal")),
  admitted(20, "its own nodes in a template", ["globex"], deployment(DEDICATED, "globex-portal")),
  ...both(27, CLAIMS, by("private-claims"), by("private-claims")),
  ...both(28, IMAGES, by("pinned-images"), by("pinned-images")),
];
