import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { LABEL, NAME } from "../contract.ts";
import { FqdnEgress, type HostNames, type Resolvers } from "./fqdn-egress.ts";

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
  resolvers: Resolvers;
  /** Outside host names; unset where there are none. */
  byName?: HostNames;
}

export interface NetworkBoundaryArgs {
  namespace: pulumi.Input<string>;
  labels: Record<string, string>;
  traffic: DeclaredTraffic;
}

/** Nothing gets in or out but cluster DNS and what the tenant declared. */
export class NetworkBoundary extends pulumi.ComponentResource {
  static readonly __pulumiType = "tenantry:tenancy:NetworkBoundary";
  /** Known once every policy stands. */
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
            // Cilium reads host names from answers it passes on itself: a second rule for the same pods would let them by.
            ...(traffic.byName?.form === "cilium" ? [] : clusterDns(traffic.resolvers)),
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

    const names = [closed.metadata.name, declared.metadata.name];
    if (traffic.byName) {
      const { byName, resolvers } = traffic;
      names.push(new FqdnEgress(`${name}-names`, { namespace, labels, resolvers, ...byName }, inside).policy);
    }
    this.names = pulumi.all(names);
    this.registerOutputs({ names: this.names });
  }
}

/** By the label that the API server itself sets: a label that tenants can copy would let them in. */
const peer = (namespace: string) => ({ namespaceSelector: { matchLabels: { [LABEL.namespaceName]: namespace } } });

const ports = (numbers: number[]) => numbers.map((port) => ({ protocol: "TCP", port }));

/** Only the cluster's own resolvers: port 53 to everywhere would be a way out. */
function clusterDns({ namespace, labels, addresses }: Resolvers) {
  const pods = { ...peer(namespace), podSelector: { matchLabels: labels } };
  const onNodes = addresses.map((cidr) => ({ ipBlock: { cidr } }));
  return [
    {
      to: [pods, ...onNodes],
      ports: [
        { protocol: "UDP", port: 53 },
        { protocol: "TCP", port: 53 },
      ],
    },
  ];
}
