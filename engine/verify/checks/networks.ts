import { BlockList, isIP } from "node:net";
import type { KubeObject } from "../../cluster/object.ts";
import { record } from "../../cluster/status.ts";
import type { Looked, Tried } from "../check.ts";
import { object } from "../sample.ts";
import type { Space } from "../space.ts";

const METADATA = "169.254.169.254";
const POLICIES = "networkpolicies.networking.k8s.io";
type Rule = Record<string, unknown>;
const WAYS = [
  { id: "ingress", type: "Ingress", peers: "from" },
  { id: "egress", type: "Egress", peers: "to" },
] as const;
type Way = (typeof WAYS)[number];

const policy = (what: string, spec: object) =>
  object(what, POLICIES, { spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ...spec } });
const harmless = () => policy("a network policy that opens nothing", {});

const TRIED: Omit<Tried, "control" | "fix" | "controls">[] = [
  {
    ...{ id: "networks.opened-to-all", title: "Nobody lets everybody in" },
    tries: () => [
      policy("a network policy that lets everybody in", { ingress: [{}] }),
      policy("a network policy that lets every namespace in", { ingress: [{ from: [{ namespaceSelector: {} }] }] }),
    ],
  },
  {
    ...{ id: "networks.opened-to-the-world", title: "Nobody opens a way out to everywhere" },
    tries: () => [
      policy("a network policy that lets out to everywhere", { egress: [{}] }),
      policy("a network policy that lets out to 0.0.0.0/0", { egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }] }),
    ],
  },
  {
    ...{ id: "networks.opened-to-metadata", title: "Nobody opens a way to the node's cloud credentials" },
    tries: () => [
      policy("a network policy that lets out to the metadata service", {
        egress: [{ to: [{ ipBlock: { cidr: `${METADATA}/32` } }] }],
      }),
    ],
  },
];

/** Whether a policy is about every pod of its namespace. */
const isForAll = ({ spec }: KubeObject): boolean => {
  const { matchLabels, matchExpressions } = record(record(spec)["podSelector"]);
  return [matchLabels, matchExpressions].every((it) => Object.keys(record(it)).length === 0);
};
const rulesOf = ({ spec }: KubeObject, way: Way): Rule[] => (record(spec)[way.id] ?? []) as Rule[];
const typesOf = ({ spec }: KubeObject): unknown[] => (record(spec)["policyTypes"] ?? ["Ingress"]) as unknown[];

/** Ours is a policy without any rule, which stands whatever else is opened; elsewhere any that is for all pods closes the rest. */
const closes = (space: Space, way: Way): boolean =>
  space.networkPolicies.some(
    (it) => isForAll(it) && typesOf(it).includes(way.type) && (!space.own || rulesOf(it, way).length === 0),
  );

const peersOf = (rule: Rule, way: Way): Rule[] => (rule[way.peers] ?? []) as Rule[];
const isEverybody = (peer: Rule): boolean => {
  const selector = peer["namespaceSelector"];
  const cidr = record(peer["ipBlock"])["cidr"];
  const everyNamespace =
    selector !== undefined && Object.keys(record(selector)).length === 0 && peer["podSelector"] === undefined;
  return everyNamespace || (typeof cidr === "string" && /\/[01]$/.test(cidr));
};

function reaches(block: Rule): boolean {
  const covers = (range: unknown): boolean => {
    const [address = "", prefix = ""] = typeof range === "string" ? range.split("/") : [];
    if (isIP(address) !== 4) return false;
    const list = new BlockList();
    list.addSubnet(address, Number(prefix), "ipv4");
    return list.check(METADATA);
  };
  return covers(block["cidr"]) && !((block["except"] ?? []) as unknown[]).some(covers);
}

const CLOSED: Looked[] = WAYS.map((way) => ({
  ...{
    id: `networks.closed-${way.id}`,
    title: `Nothing gets ${way.id === "ingress" ? "in" : "out"} that was not declared`,
  },
  controls: ["CIS 5.3.2", "OWASP K05", "NSA network separation"],
  fix: `make a NetworkPolicy for all pods with policyTypes [Ingress, Egress] and no rules`,
  well: `a NetworkPolicy closes ${way.id} for all pods`,
  look: (space) => (closes(space, way) ? [] : [`no NetworkPolicy closes ${way.id} for all pods`]),
}));

const OPEN: Looked[] = WAYS.map((way) => ({
  ...{ id: `networks.open-${way.id}`, title: `No network policy opens ${way.id} to everybody` },
  controls: ["CIS 5.3.2", "OWASP K05", "NSA network separation"],
  fix: "name the peers: own namespaces, the gateway, narrow ranges",
  well: `no NetworkPolicy opens ${way.id} to everybody`,
  look: ({ networkPolicies }) =>
    networkPolicies
      .filter((it) =>
        rulesOf(it, way).some((rule) => peersOf(rule, way).length === 0 || peersOf(rule, way).some(isEverybody)),
      )
      .map((it) => `network policy "${it.metadata.name}" opens ${way.id} to everybody`),
}));

const CLOUD: Looked = {
  ...{ id: "networks.metadata", title: "No network policy opens the metadata service" },
  controls: ["OWASP K08", "NSA network separation"],
  fix: `add ${METADATA}/32 to the range's except`,
  well: `no NetworkPolicy has a range with ${METADATA} in it`,
  look: ({ networkPolicies }) =>
    networkPolicies
      .filter((it) =>
        rulesOf(it, WAYS[1]).some((rule) => peersOf(rule, WAYS[1]).some((peer) => reaches(record(peer["ipBlock"])))),
      )
      .map((it) => `network policy "${it.metadata.name}" opens ${METADATA}`),
};

export const NETWORKS = [
  ...TRIED.map((it) => ({
    ...it,
    controls: ["CIS 5.3.2", "OWASP K05", "NSA network separation"],
    fix: "let nobody but the platform write network policies, or bound their peers by an admission policy",
    control: harmless,
  })),
  ...CLOSED,
  ...OPEN,
  CLOUD,
];
