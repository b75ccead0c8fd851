import type { Loose } from "./admission-loose.ts";
import { admitted, type Attempt, by, cannot, inside, INSIDE, post, refused, type Standing } from "./vector.ts";

const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } };
const claim = (more: object, annotations = {}) =>
  post(inside("v1", "persistentvolumeclaims"), { metadata: { name: "try", annotations }, spec: { ...spec, ...more } });
const other = { kind: "PersistentVolumeClaim", name: "other" };
const OLD = { "volume.beta.kubernetes.io/storage-class": "" };

/** A stateful app whose claims are bent; its pods are the platform's own. */
const stateful = (more: object) => (it: Standing) => {
  const { template } = structuredClone(it.web["spec"]) as Loose;
  return post(inside("apps/v1", "statefulsets"), {
    metadata: { name: "try" },
    spec: {
      serviceName: "try",
      selector: { matchLabels: { app: "try" } },
      template: { metadata: { labels: { app: "try" } }, spec: template.spec },
      volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { ...spec, ...more } }],
    },
  });
};

const BENT: [string, object][] = [
  ["of a volume by name", { volumeName: "released" }],
  ["of a volume by label", { selector: { matchLabels: { tenant: "globex" } } }],
  ["filled from another claim", { dataSource: other }],
  ["filled by reference", { dataSourceRef: other }],
  ["of no storage class", { storageClassName: "" }],
];

export const VOLUMES: Attempt[] = [
  ...BENT.flatMap(([what, more]) => [
    refused(27, `a claim ${what}`, INSIDE, claim(more), by("private-claims")),
    refused(27, `a stateful app with a claim ${what}`, INSIDE, stateful(more), by("private-claims")),
  ]),
  refused(27, "a claim of no storage class, as it was written once", INSIDE, claim({}, OLD), by("private-claims")),
  refused(
    27,
    "a volume",
    INSIDE,
    post("/api/v1/persistentvolumes", { metadata: { name: "try" } }),
    cannot("create", "persistentvolumes"),
  ),
  admitted(27, "a claim of a fresh volume", INSIDE, claim({})),
  admitted(27, "a stateful app with fresh volumes", INSIDE, stateful({})),
];
