interface Hostile {
  title: string;
  spec: Record<string, unknown>;
}

const named = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });
const labelled = (key: string, value: string) => ({ namespaceSelector: { matchLabels: { [key]: value } } });
const block = (cidr: string, ...except: string[]) => ({ ipBlock: { cidr, ...(except.length > 0 && { except }) } });
const expression = (operator: string, key: string, ...values: string[]) => ({
  namespaceSelector: { matchExpressions: [{ key, operator, ...(values.length > 0 && { values }) }] },
});

/** What a tenant who wants out would let in or out, whoever `victim` is: a namespace and its tenant. */
function peers(own: string, victim: { namespace: string; tenant: string }): Record<string, object[]> {
  return {
    nobody: [],
    "every pod of the namespace": [{ podSelector: {} }],
    "every namespace": [{ namespaceSelector: {} }],
    "every pod of every namespace": [{ namespaceSelector: {}, podSelector: {} }],
    "the victim by name": [named(victim.namespace)],
    "the victim's pods by name": [{ ...named(victim.namespace), podSelector: { matchLabels: { app: "web" } } }],
    "the victim by tenant": [labelled("tenantry.dev/tenant", victim.tenant)],
    "the victim by a free label": [labelled("team", "shared")],
    "all tenants": [expression("Exists", "tenantry.dev/tenant")],
    "all but oneself": [expression("NotIn", "tenantry.dev/tenant", own)],
    "oneself, with the victim": [expression("In", "tenantry.dev/tenant", own, victim.tenant)],
    "oneself by label": [labelled("tenantry.dev/tenant", own)],
    "oneself by label, but not the quiet ones": [
      {
        namespaceSelector: {
          matchLabels: { "tenantry.dev/tenant": own },
          matchExpressions: [{ key: "absent", operator: "NotIn", values: ["x"] }],
        },
      },
    ],
    "all that are no platform": [expression("DoesNotExist", "tenantry.dev/part")],
    "a name that begins like one's own": [named(`${own}-a-b`)],
    "one's own name as a namespace": [named(own)],
    "the gateway": [named("tenantry-gateway")],
    "the system namespace": [named("tenantry-system")],
    "all of kube-system": [named("kube-system")],
    "the resolvers": [{ ...named("kube-system"), podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }],
    "one's own pods that call themselves resolvers": [{ podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }],
    everything: [block("0.0.0.0/0")],
    "everything, in halves": [block("0.0.0.0/1"), block("128.0.0.0/1")],
    "everything of IPv6": [block("::/0")],
    "the pods' range": [block("10.244.0.0/16")],
    "a part of the pods' range": [block("10.244.0.0/20")],
    "around the pods' range": [block("10.240.0.0/12")],
    "around the pods' range, without a part of it": [block("10.240.0.0/12", "10.244.0.0/17")],
    "the services' range": [block("10.96.0.0/16")],
    "the nodes' range": [block("192.168.0.0/16")],
    "the metadata service": [block("169.254.169.254/32")],
    "the metadata service over IPv6": [block("fd00:ec2::254/128")],
    "the metadata service within IPv6": [block("::ffff:169.254.169.254/128")],
    "a partner": [block("203.0.113.0/24")],
    "around the nodes, without them": [block("192.160.0.0/12", "192.168.0.0/16")],
    "the resolver on the node, as anything": [block("169.254.20.10/32")],
  };
}

const PORTS: Record<string, object[] | undefined> = {
  "all ports": undefined,
  "port 53": [{ port: 53, protocol: "UDP" }],
  "a range of ports": [{ port: 1, endPort: 65535, protocol: "TCP" }],
};

/** Policies a tenant might write to open a way to others, or for others: every peer with every choice of ports, both ways. */
export function hostilePolicies(own: string, victim: { namespace: string; tenant: string }): Hostile[] {
  const ways = [
    { way: "in", policyTypes: ["Ingress"], rules: "ingress", side: "from" },
    { way: "out", policyTypes: ["Egress"], rules: "egress", side: "to" },
  ];
  return ways.flatMap(({ way, policyTypes, rules, side }) =>
    Object.entries(peers(own, victim)).flatMap(([who, list]) =>
      Object.entries(PORTS).map(([what, ports]) => ({
        title: `${way}: ${who}, ${what}`,
        spec: {
          podSelector: {},
          policyTypes,
          [rules]: [{ ...(list.length > 0 && { [side]: list }), ...(ports && { ports }) }],
        },
      })),
    ),
  );
}
