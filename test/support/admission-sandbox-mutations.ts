import type { Loose } from "./admission-loose.ts";
import type { Mutation } from "./admission-mutations.ts";

/** One kind for each place a pod is found in is enough. */
const ALIKE = ["DaemonSet", "ReplicaSet", "StatefulSet", "ReplicationController", "Job"];
const pod = (field: string, change: (spec: Loose, pod: Loose) => void, not: string[] = []): Mutation => ({
  field,
  change: (target) => change((target.spec ??= {}), target),
  onPod: true,
  not: [...ALIKE, ...not],
});
const context = (key: string, value: unknown) =>
  pod(`container ${key}=${JSON.stringify(value)}`, (spec) => (spec.containers[0].securityContext[key] = value));
const own = (key: string, value: unknown) =>
  pod(`pod ${key}=${JSON.stringify(value)}`, (spec) => (spec.securityContext[key] = value));
const device = (key: string, value: string) =>
  pod(`device ${key}`, (spec) => {
    const { resources } = spec.containers[0];
    spec.containers[0].resources = {
      requests: { ...resources?.requests, [key]: value },
      limits: { ...resources?.limits, [key]: value },
    };
  });
const claim = (spec: object, annotations?: object) => (it: Loose) =>
  it.volumes.push({
    name: "scratch",
    ephemeral: {
      volumeClaimTemplate: {
        ...(annotations && { metadata: { annotations } }),
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...spec },
      },
    },
  });
const scratch = (field: string, spec: object, annotations?: object) =>
  pod(`ephemeral volume ${field}`, claim(spec, annotations));

const near = (way: string, where: object) =>
  pod(`${way} ${JSON.stringify(where)}`, (spec) => {
    const labelSelector = { matchLabels: { app: "web" } };
    const term = { labelSelector, topologyKey: "topology.kubernetes.io/zone", ...where };
    spec.affinity = { [way]: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  });
const rather = (where: object) =>
  pod(`rather ${JSON.stringify(where)}`, (spec) => {
    const podAffinityTerm = { topologyKey: "kubernetes.io/hostname", ...where };
    spec.affinity = {
      podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm }] },
    };
  });

/** Changes of what a pod gets of its node, of volumes and of other tenants' pods. */
export const SANDBOX_MUTATIONS: Mutation[] = [
  own("seLinuxOptions", { type: "spc_t" }),
  own("seLinuxOptions", { type: "container_t" }),
  own("seLinuxOptions", { level: "s0:c1,c2" }),
  own("appArmorProfile", { type: "Unconfined" }),
  own("runAsNonRoot", false),
  own("seccompProfile", { type: "Unconfined" }),
  context("seLinuxOptions", { user: "system_u" }),
  context("seLinuxOptions", { role: "sysadm_r" }),
  pod("host process", (spec) => {
    spec.hostNetwork = true;
    spec.securityContext.windowsOptions = { hostProcess: true };
  }),
  pod("AppArmor by note", (_, it) => {
    (it.metadata.annotations ??= {})["container.apparmor.security.beta.kubernetes.io/app"] = "unconfined";
  }),
  pod("AppArmor by note, as it runs", (_, it) => {
    (it.metadata.annotations ??= {})["container.apparmor.security.beta.kubernetes.io/app"] = "runtime/default";
  }),
  device("nvidia.com/gpu", "1"),
  device("hugepages-2Mi", "2Mi"),
  device("ephemeral-storage", "1Gi"),
  pod("resource claim", (spec) => (spec.resourceClaims = [{ name: "gpu", resourceClaimName: "gpu" }])),
  scratch("as it should be", {}),
  scratch("of another's", { volumeName: "pv-of-another" }),
  scratch("by selector", { selector: { matchLabels: { tenant: "other" } } }),
  scratch("filled from another", { dataSource: { kind: "PersistentVolumeClaim", name: "other" } }),
  scratch("of no class", { storageClassName: "" }),
  scratch("of an old class", {}, { "volume.beta.kubernetes.io/storage-class": "standard" }),
  near("podAffinity", {}),
  near("podAffinity", { namespaces: ["guardtest-api"] }),
  near("podAffinity", { namespaces: ["other-api"] }),
  near("podAffinity", { namespaceSelector: { matchLabels: { "tenantry.dev/tenant": "other" } } }),
  near("podAntiAffinity", { namespaceSelector: {} }),
  rather({}),
  rather({ namespaceSelector: {} }),
  pod("unknown priority", (spec) => (spec.priorityClassName = "another"), ["Pod"]),
  pod("tenants' priority", (spec) => (spec.priorityClassName = "tenantry-tenant"), ["Pod"]),
];
