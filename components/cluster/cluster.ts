import type * as k8s from "@pulumi/kubernetes";

/** What tenancy may rely on, as plain facts: nothing of it is asked from the cluster while the program runs. */
export interface ClusterProfile {
  /** Minor version of Kubernetes, such as "1.36"; unset where nobody said. */
  kubernetes?: string;
  /** The network plug-in: cilium and eks open egress by host name. */
  cni: "cilium" | "eks" | "other";
  /** Storage class of tenants' volumes; unset means the cluster's default. */
  storageClass?: string;
  /** Runtime class behind each sandbox. */
  runtimeClasses: { gvisor?: string; kata?: string };
  /** Whether it knows MutatingAdmissionPolicy v1. */
  mutation: boolean;
}

/** A cluster that tenants can be placed in, whoever made it. */
export interface Cluster {
  /** Explicit, and the only way anything reaches this cluster. */
  readonly kubernetes: k8s.Provider;
  readonly profile: ClusterProfile;
}
