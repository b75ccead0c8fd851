import type { Resources } from "../../tenants/plans.ts";
import { VIRTUAL } from "../contract.ts";

export interface VirtualValuesArgs {
  /** Host name of the virtual API server, as the gateway serves it. */
  host: string;
  /** REGISTRY/NAME@sha256:DIGEST each. */
  images: { vcluster: string; kubernetes: string; coredns: string };
  plane: Resources;
  /** Scratch space of the control plane. */
  scratch: string;
  dns: Resources;
  /** Size of its store. */
  storage: string;
  /** Unset means the cluster's default class. */
  storageClass?: string;
  /** Runtime class of the control plane and of every synced pod. */
  runtimeClass?: string;
  /** 0 for a tenant at rest. */
  replicas: 0 | 1;
}

/** Any user but root; the chart's own is root, which Pod Security restricted refuses. */
const USER = 10001;
const WHY_TOKEN = "writes into its own namespace what its virtual API server was asked for";
const unprivileged = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
const podSecurity = {
  runAsNonRoot: true,
  runAsUser: USER,
  runAsGroup: USER,
  seccompProfile: { type: "RuntimeDefault" },
};

/**
 * Values of the vCluster chart, of the version in the contract: nothing but one namespace is touched, nothing runs as root, nothing
 * reports home. What is synced is what a tenant's namespace may hold anyway: no ingresses, network policies, endpoints or accounts.
 */
export const virtualValues = (args: VirtualValuesArgs) => ({
  controlPlane: {
    distro: {
      k8s: {
        enabled: true,
        image: imageOf(args.images.kubernetes, VIRTUAL.kubernetes),
        securityContext: { ...unprivileged, readOnlyRootFilesystem: true },
        resources: {
          requests: { cpu: "40m", memory: "64Mi" },
          limits: { cpu: "100m", memory: "256Mi", "ephemeral-storage": args.scratch },
        },
      },
    },
    backingStore: { database: { embedded: { enabled: true } } },
    proxy: { extraSANs: [args.host] },
    coredns: {
      security: { podSecurityContext: podSecurity },
      deployment: { image: args.images.coredns, resources: args.dns },
    },
    statefulSet: {
      image: imageOf(args.images.vcluster, VIRTUAL.version),
      imagePullPolicy: "Always",
      enableServiceLinks: false,
      ...(args.runtimeClass === undefined ? {} : { runtimeClassName: args.runtimeClass }),
      highAvailability: { replicas: args.replicas },
      pods: { annotations: { [VIRTUAL.tokenReason]: WHY_TOKEN } },
      resources: {
        requests: { ...args.plane.requests, "ephemeral-storage": args.scratch },
        limits: { ...args.plane.limits, "ephemeral-storage": args.scratch },
      },
      security: {
        podSecurityContext: { ...podSecurity, fsGroup: USER },
        containerSecurityContext: { ...unprivileged, runAsUser: USER, runAsGroup: USER },
      },
      persistence: {
        volumeClaim: {
          enabled: true,
          size: args.storage,
          storageClass: args.storageClass ?? "",
          retentionPolicy: "Retain",
        },
      },
    },
    // The account is ours, so that its one binding is as well.
    advanced: {
      serviceAccount: { enabled: false, name: VIRTUAL.name },
      workloadServiceAccount: { enabled: false, name: "default" },
    },
  },
  rbac: { role: { enabled: false }, clusterRole: { enabled: false } },
  sync: {
    toHost: {
      // Written by hand they lead anywhere (CVE-2021-25740): Kubernetes makes those of services by itself.
      endpoints: { enabled: false },
      endpointSlices: { enabled: false },
      pods: {
        // It would add a container whose image is named by a tag.
        rewriteHosts: { enabled: false },
        ...(args.runtimeClass === undefined ? {} : { runtimeClassName: args.runtimeClass }),
      },
    },
  },
  networking: {
    // Names of the outside go to the host's own DNS, which is the only one that may be asked.
    advanced: { fallbackHostCluster: true, proxyKubelets: { byHostname: true, byIP: false } },
  },
  // A pod that the host would refuse is refused where its author sees it.
  policies: { podSecurityStandard: "restricted" },
  exportKubeConfig: { server: `https://${args.host}` },
  telemetry: { enabled: false },
});

/** The chart joins registry, repository and tag; a digest goes behind the tag. */
function imageOf(image: string, version: string): { registry: string; repository: string; tag: string } {
  const [, registry = "", repository = "", digest = ""] = /^([^/]+)\/([^@]+)@(.+)$/.exec(image) ?? [];
  return { registry, repository, tag: `${version}@${digest}` };
}
