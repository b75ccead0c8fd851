import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { LABEL, NAME, VIRTUAL } from "../contract.ts";
import { virtualValues, type VirtualValuesArgs } from "./virtual-values.ts";

/** What the platform says of virtual control planes, the same for all tenants. */
export interface VirtualSettings {
  images: VirtualValuesArgs["images"];
  plane: VirtualValuesArgs["plane"];
  dns: VirtualValuesArgs["dns"];
  scratch: string;
  storage: string;
  /** Where the cluster's own API server listens. */
  apiServer: { cidrs: string[]; port: number };
}

export interface VirtualControlPlaneArgs extends VirtualSettings {
  /** Resolves once the namespace is guarded. */
  namespace: pulumi.Input<string>;
  labels: Record<string, string>;
  host: string;
  ingressClass: string;
  storageClass?: string;
  runtimeClass?: string;
  replicas: 0 | 1;
}

/** Labels of its pod. The chart's syncer rewrites "release" on everything it copies, so no pod of the tenant's ever bears them. */
const PLANE = { app: "vcluster", release: VIRTUAL.name };
const HTTPS = { protocol: "TCP", port: 8443 };
const DNS = ["UDP", "TCP"].map((protocol) => ({ protocol, port: 1053 }));

/**
 * An API server of the tenant's own, in its own namespace and under that namespace's guards. Its people are administrators in there
 * and only look on outside; they reach it through the gateway, and it reaches the cluster's own API server and nothing else.
 */
export class VirtualControlPlane extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:tenancy:VirtualControlPlane";

  constructor(name: string, args: VirtualControlPlaneArgs, opts?: pulumi.ComponentResourceOptions) {
    super(VirtualControlPlane.__pulumiType, name, args, opts);
    const { namespace, labels, host } = args;
    const inside = { parent: this, deletedWith: opts?.deletedWith };
    const metadata = (it: string = VIRTUAL.name) => ({ name: it, namespace, labels });

    const account = new k8s.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata: metadata(), automountServiceAccountToken: false },
      inside,
    );
    const binding = new k8s.rbac.v1.RoleBinding(
      `${name}-binding`,
      {
        metadata: metadata(),
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: VIRTUAL.role },
        subjects: [{ kind: "ServiceAccount", name: VIRTUAL.name, namespace }],
      },
      inside,
    );
    const plane = new k8s.networking.v1.NetworkPolicy(
      `${name}-plane`,
      {
        metadata: metadata("virtual-plane"),
        spec: {
          podSelector: { matchLabels: PLANE },
          policyTypes: ["Ingress", "Egress"],
          ingress: [
            {
              from: [{ namespaceSelector: { matchLabels: { [LABEL.namespaceName]: NAME.gateway } } }],
              ports: [HTTPS],
            },
          ],
          egress: [
            {
              to: args.apiServer.cidrs.map((cidr) => ({ ipBlock: { cidr } })),
              ports: [{ protocol: "TCP", port: args.apiServer.port }],
            },
          ],
        },
      },
      inside,
    );
    const pods = new k8s.networking.v1.NetworkPolicy(
      `${name}-pods`,
      {
        metadata: metadata("virtual-pods"),
        spec: {
          podSelector: {},
          policyTypes: ["Ingress", "Egress"],
          // Within the namespace: its API server and its DNS.
          ingress: [{ from: [{ podSelector: {} }], ports: [HTTPS, ...DNS] }],
          egress: [{ to: [{ podSelector: {} }], ports: [HTTPS, ...DNS] }],
        },
      },
      inside,
    );
    new k8s.helm.v3.Release(
      name,
      {
        name: VIRTUAL.name,
        namespace,
        chart: VIRTUAL.chart,
        version: VIRTUAL.version,
        repositoryOpts: { repo: VIRTUAL.repository },
        createNamespace: false,
        atomic: true,
        maxHistory: 3,
        timeout: 600,
        values: virtualValues(args),
      },
      { ...inside, dependsOn: [account, binding, plane, pods] },
    );
    new k8s.networking.v1.Ingress(
      `${name}-ingress`,
      {
        // The wait would last until the gateway gives an address: a fleet deploys before its gateway does.
        metadata: { ...metadata(), annotations: { "pulumi.com/skipAwait": "true" } },
        spec: {
          ingressClassName: args.ingressClass,
          tls: [{ hosts: [host] }],
          rules: [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
        },
      },
      inside,
    );
    this.registerOutputs({});
  }
}

const backend = { service: { name: VIRTUAL.name, port: { name: "https" } } };
