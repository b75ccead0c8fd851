import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { NAME } from "../contract.ts";

/** The cluster's own resolvers. */
export interface Resolvers {
  namespace: string;
  /** Labels of the pods that resolve. */
  labels: Record<string, string>;
  /** Resolvers that are no such pods, on the nodes themselves: ranges of one address each. */
  addresses: string[];
}

/** Host names that a tenant's pods may reach, and how the cluster's network plug-in wants them written. */
export interface HostNames {
  form: "cilium" | "eks";
  names: { name: string; ports: number[] }[];
  /** Ranges that stay shut, whatever address a name has: nodes, pods, services, metadata, without the cluster's resolvers. */
  shut: { cidr: string; except: string[] }[];
}

export interface FqdnEgressArgs extends HostNames {
  namespace: pulumi.Input<string>;
  labels: Record<string, string>;
  resolvers: Resolvers;
}

/**
 * Opens outside host names, and nothing that lies behind them inside the cluster: who owns a name decides where it points,
 * to the metadata service if he likes.
 */
export class FqdnEgress extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:tenancy:FqdnEgress";
  /** Name of the policy, known once it stands. */
  readonly policy: pulumi.Output<string>;

  constructor(name: string, args: FqdnEgressArgs, opts?: pulumi.ComponentResourceOptions) {
    super(FqdnEgress.__pulumiType, name, args, opts);
    const { namespace, labels, form } = args;
    // A name of its own: EKS confuses its kind with a NetworkPolicy of the same name.
    const metadata = { name: NAME.hostNames, namespace, labels };
    const policy = new k8s.apiextensions.CustomResource(
      name,
      form === "cilium" ? { ...CILIUM, metadata, spec: cilium(args) } : { ...EKS, metadata, spec: eks(args) },
      { parent: this, deletedWith: opts?.deletedWith },
    );
    this.policy = policy.metadata.name;
    this.registerOutputs({ policy: this.policy });
  }
}

const CILIUM = { apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy" };
const EKS = { apiVersion: "networking.k8s.aws/v1alpha1", kind: "ApplicationNetworkPolicy" };

/** A deny goes before every allow; ranges match neither pods nor nodes that Cilium manages, which other rules open. */
const cilium = ({ names, shut, resolvers }: FqdnEgressArgs) => ({
  endpointSelector: {},
  egress: [
    {
      toEndpoints: [{ matchLabels: ciliumLabels(resolvers) }],
      toPorts: [{ ports: [{ port: "53", protocol: "ANY" }], rules: { dns: [{ matchPattern: "*" }] } }],
    },
    ...resolvers.addresses.map((address) => ({
      toCIDR: [address],
      toPorts: [{ ports: [{ port: "53", protocol: "ANY" }], rules: { dns: [{ matchPattern: "*" }] } }],
    })),
    ...names.map(({ name, ports }) => ({
      toFQDNs: [{ matchName: name }],
      toPorts: [{ ports: ports.map((port) => ({ port: `${port}`, protocol: "TCP" })) }],
    })),
  ],
  egressDeny: [{ toCIDRSet: shut.map(({ cidr, except }) => (except.length > 0 ? { cidr, except } : { cidr })) }],
});

const ciliumLabels = ({ namespace, labels }: Resolvers) => ({
  "k8s:io.kubernetes.pod.namespace": namespace,
  ...Object.fromEntries(Object.entries(labels).map(([key, value]) => [`k8s:${key}`, value])),
});

const eks = ({ names }: FqdnEgressArgs) => ({
  podSelector: {},
  policyTypes: ["Egress"],
  egress: names.map(({ name, ports }) => ({
    to: [{ domainNames: [name] }],
    ports: ports.map((port) => ({ protocol: "TCP", port })),
  })),
});
