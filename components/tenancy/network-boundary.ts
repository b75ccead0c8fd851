import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { LABEL, NAME } from "../contract.ts";

/** What a tenant declared: the only ways into and out of a namespace besides DNS. */
export interface DeclaredTraffic {
  /** Ports of its pods that the platform's gateway may reach. */
  gatewayPorts: number[];
  /** Namespaces of the same tenant that may reach a port of its pods. */
  from: { namespace: string; port: number }[];
  /** Namespaces of the same tenant whose pods it may reach, by port. */
  to: { namespace: string; port: number }[];
  /** Outside addresses. `except` are ranges within `cidr` that stay shut: nodes, pods, services, metadata. */
  egress: { cidr: string; except: string[]; ports: number[] }[];
}

export interface NetworkBoundaryArgs {
  namespace: pulumi.Input<string>;
  labels: Record<string, string>;
  traffic: DeclaredTraffic;
}

/** Nothing gets in or out but cluster DNS and what the tenant declared. */
export class NetworkBoundary extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:tenancy:NetworkBoundary";
  /** Known once both policies stand. */
  readonly names: pulumi.Output<string[]>;

  constructor(name: string, args: NetworkBoundaryArgs, opts?: pulumi.ComponentResourceOptions) {
    super(NetworkBoundary.__pulumiType, name, args, opts);
    const { namespace, labels, traffic } = args;
    const inside = { parent: this, deletedWith: opts?.deletedWith };
    const everyPod = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

    const closed = new k8s.networking.v1.NetworkPolicy(
      `${name}-closed`,
      // Empty lists, so that we own them: a list that nobody wrote, somebody else may fill without our noticing.
      { metadata: { name: NAME.closed, namespace, labels }, spec: { ...everyPod, ingress: [], egress: [] } },
      inside,
    );
    const declared = new k8s.networking.v1.NetworkPolicy(
      `${name}-declared`,
      {
        metadata: { name: NAME.declared, namespace, labels },
        spec: {
          ...everyPod,
          ingress: [
            ...ports(traffic.gatewayPorts).map((it) => ({ from: [peer(NAME.gateway)], ports: [it] })),
            ...traffic.from.map((it) => ({ from: [peer(it.namespace)], ports: ports([it.port]) })),
          ],
          egress: [
            clusterDns,
            ...traffic.to.map((it) => ({ to: [peer(it.namespace)], ports: ports([it.port]) })),
            ...traffic.egress.map((it) => ({
              to: [{ ipBlock: it.except.length > 0 ? { cidr: it.cidr, except: it.except } : { cidr: it.cidr } }],
              ports: ports(it.ports),
            })),
          ],
        },
      },
      inside,
    );

    this.names = pulumi.all([closed.metadata.name, declared.metadata.name]);
    this.registerOutputs({ names: this.names });
  }
}

/** By the label that the API server itself sets: a label that tenants can copy would let them in. */
const peer = (namespace: string) => ({ namespaceSelector: { matchLabels: { [LABEL.namespaceName]: namespace } } });

const ports = (numbers: number[]) => numbers.map((port) => ({ protocol: "TCP", port }));

/** Only the cluster's own resolvers: port 53 to everywhere would be a way out. */
const clusterDns = {
  to: [{ ...peer("kube-system"), podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};
