import { expect, test } from "vitest";
import { virtualValues } from "../../../components/tenancy/virtual-values.ts";
import { VIRTUAL_PLANE } from "../../../tenants/virtual-plane.ts";

const digest = `sha256:${"b".repeat(64)}`;
const args = {
  ...VIRTUAL_PLANE,
  host: "kubernetes.web-initech.apps.example.com",
  images: {
    vcluster: `ghcr.io/loft-sh/vcluster-oss@${digest}`,
    kubernetes: `ghcr.io/loft-sh/kubernetes@${digest}`,
    coredns: `registry.k8s.io/coredns/coredns@${digest}`,
  },
  replicas: 1,
} as const;

test("nothing runs as root, reaches beyond the namespace or reports home, and no value is a secret", () => {
  expect(virtualValues(args)).toEqual({
    controlPlane: {
      advanced: {
        serviceAccount: { enabled: false, name: "virtual" },
        workloadServiceAccount: { enabled: false, name: "default" },
      },
      backingStore: { database: { embedded: { enabled: true } } },
      coredns: {
        deployment: {
          image: `registry.k8s.io/coredns/coredns@${digest}`,
          resources: { limits: { cpu: "200m", memory: "170Mi" }, requests: { cpu: "20m", memory: "64Mi" } },
        },
        security: {
          podSecurityContext: {
            runAsGroup: 10001,
            runAsNonRoot: true,
            runAsUser: 10001,
            seccompProfile: { type: "RuntimeDefault" },
          },
        },
      },
      distro: {
        k8s: {
          enabled: true,
          image: { registry: "ghcr.io", repository: "loft-sh/kubernetes", tag: `v1.36.0@${digest}` },
          resources: {
            limits: { cpu: "100m", "ephemeral-storage": "2Gi", memory: "256Mi" },
            requests: { cpu: "40m", memory: "64Mi" },
          },
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            readOnlyRootFilesystem: true,
          },
        },
      },
      proxy: { extraSANs: ["kubernetes.web-initech.apps.example.com"] },
      statefulSet: {
        enableServiceLinks: false,
        highAvailability: { replicas: 1 },
        image: { registry: "ghcr.io", repository: "loft-sh/vcluster-oss", tag: `0.36.1@${digest}` },
        imagePullPolicy: "Always",
        persistence: { volumeClaim: { enabled: true, retentionPolicy: "Retain", size: "5Gi", storageClass: "" } },
        pods: {
          annotations: {
            "tenantry.dev/service-account-token":
              "writes into its own namespace what its virtual API server was asked for",
          },
        },
        resources: {
          limits: { cpu: "1", "ephemeral-storage": "2Gi", memory: "2Gi" },
          requests: { cpu: "200m", "ephemeral-storage": "2Gi", memory: "512Mi" },
        },
        security: {
          containerSecurityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            runAsGroup: 10001,
            runAsUser: 10001,
          },
          podSecurityContext: {
            fsGroup: 10001,
            runAsGroup: 10001,
            runAsNonRoot: true,
            runAsUser: 10001,
            seccompProfile: { type: "RuntimeDefault" },
          },
        },
      },
    },
    exportKubeConfig: { server: "https://kubernetes.web-initech.apps.example.com" },
    networking: { advanced: { fallbackHostCluster: true, proxyKubelets: { byHostname: true, byIP: false } } },
    policies: { podSecurityStandard: "restricted" },
    rbac: { clusterRole: { enabled: false }, role: { enabled: false } },
    sync: {
      toHost: {
        endpointSlices: { enabled: false },
        endpoints: { enabled: false },
        pods: { rewriteHosts: { enabled: false } },
      },
    },
    telemetry: { enabled: false },
  });
});

test("a runtime class goes to the control plane and to every pod it syncs", () => {
  const { controlPlane, sync } = virtualValues({ ...args, runtimeClass: "kata-qemu" });
  expect([controlPlane.statefulSet, sync.toHost.pods]).toMatchObject([
    { runtimeClassName: "kata-qemu" },
    { runtimeClassName: "kata-qemu" },
  ]);
});

test("at rest it has no pod; its claim keeps what it stored", () => {
  const { highAvailability, persistence } = virtualValues({ ...args, replicas: 0 }).controlPlane.statefulSet;
  expect([highAvailability.replicas, persistence.volumeClaim]).toEqual([
    0,
    { enabled: true, size: "5Gi", storageClass: "", retentionPolicy: "Retain" },
  ]);
});
