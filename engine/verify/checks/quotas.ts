import { record } from "../../cluster/status.ts";
import { type Looked, skipped, type Tried, type Verdict } from "../check.ts";
import { amount } from "../quantity.ts";
import { container, pod } from "../sample.ts";
import type { Space } from "../space.ts";

/** What the quotas that count everything allow; a scoped one counts some pods only. */
const hard = ({ quotas }: Space): Record<string, unknown> =>
  Object.assign(
    {},
    ...quotas
      .map(({ spec }) => record(spec))
      .filter((it) => it["scopes"] === undefined && it["scopeSelector"] === undefined)
      .map((it) => record(it["hard"])),
  ) as Record<string, unknown>;

type Row = [id: string, title: string, keys: string[]];

/** A quota limits only what it names. */
const ROWS: Row[] = [
  ["compute", "CPU and memory have a bound", ["requests.cpu", "requests.memory", "limits.cpu", "limits.memory"]],
  ["scratch", "Scratch space on nodes has a bound", ["requests.ephemeral-storage", "limits.ephemeral-storage"]],
  ["storage", "Volumes have a bound", ["requests.storage", "persistentvolumeclaims"]],
  ["pods", "Pods have a bound, finished ones too", ["pods", "count/pods"]],
  ["objects", "Objects that fill the cluster's database have a bound", ["services", "secrets", "configmaps"]],
  [
    "workloads",
    "Workloads have a bound",
    ["count/deployments.apps", "count/jobs.batch", "count/cronjobs.batch", "replicationcontrollers"],
  ],
  [
    "routes",
    "Ingresses and network policies have a bound",
    ["count/ingresses.networking.k8s.io", "count/networkpolicies.networking.k8s.io"],
  ],
  ["quotas", "Quotas themselves have a bound", ["resourcequotas"]],
];

const KEYS: Looked[] = ROWS.map(([id, title, keys]) => ({
  ...{ id: `quota.${id}`, title, controls: ["OWASP K04", "NSA resource policies"] },
  fix: "name each in the hard limits of the namespace's ResourceQuota",
  well: `${keys.join(", ")} are limited`,
  look: (space) => {
    const limits = hard(space);
    const missing = keys.filter((it) => Number.isNaN(amount(limits[it])));
    return missing.length === 0 ? [] : [`no ResourceQuota without scopes limits ${missing.join(", ")}`];
  },
}));

const NONE = ["services.nodeports", "services.loadbalancers"];

const WAYS_IN: Looked = {
  ...{ id: "quota.ways-in", title: "The quota leaves no way in beside the gateway" },
  controls: ["OWASP K06", "NSA network separation"],
  fix: "set both to 0 in the hard limits of the namespace's ResourceQuota",
  well: `${NONE.join(" and ")} are 0`,
  look: (space) =>
    NONE.filter((it) => amount(hard(space)[it]) !== 0).map((it) => `${it} is ${shown(hard(space)[it])}, want 0`),
};

const shown = (value: unknown): string => (typeof value === "string" ? value : "unlimited");

/** The most a LimitRange lets one container have. */
const maxOf = ({ limitRanges }: Space, resource: string): string | undefined => {
  const found = limitRanges
    .flatMap(({ spec }) => (record(spec)["limits"] ?? []) as Record<string, unknown>[])
    .filter((it) => it["type"] === "Container")
    .map((it) => record(it["max"])[resource])
    .filter((it): it is string => typeof it === "string");
  return found.toSorted((a, b) => amount(a) - amount(b))[0];
};

/** More containers than any pod should have: then the quota is judged by its figures alone. */
const MOST = 64;

/** As many containers as large as they may be, so that nothing but the sum is too much. */
function tooMuch(space: Space): { size: string; containers: number } | undefined {
  const limit = hard(space)["limits.cpu"] ?? hard(space)["requests.cpu"];
  const size = maxOf(space, "cpu") ?? (typeof limit === "string" ? limit : "64");
  const containers = Number.isNaN(amount(limit)) ? 2 : Math.floor(amount(limit) / amount(size)) + 1;
  return containers <= MOST ? { size, containers } : undefined;
}

const BITES: Tried = {
  ...{ id: "quota.enforced", title: "What exceeds the quota is refused" },
  controls: ["OWASP K04", "NSA resource policies"],
  fix: "give the namespace a ResourceQuota on limits.cpu and requests.cpu",
  tries: (space) => {
    const { size, containers } = tooMuch(space) ?? { size: "64", containers: 2 };
    const resources = { cpu: size, memory: "1Mi", "ephemeral-storage": "1Mi" };
    const large = (index: number) => ({
      ...container(space, `main-${index}`),
      resources: { requests: resources, limits: resources },
    });
    return [
      pod(`a pod of ${containers} containers with ${size} CPU each`, space, (it) => {
        Object.assign(it, { containers: Array.from({ length: containers }, (_, index) => large(index)) });
      }),
    ];
  },
  control: (space) => pod("a small pod", space),
};

const limitsOf = ({ limitRanges }: Space, type: string): Record<string, unknown>[] =>
  limitRanges
    .flatMap(({ spec }) => (record(spec)["limits"] ?? []) as Record<string, unknown>[])
    .filter((it) => it["type"] === type);

const LIMITS: Looked[] = [
  {
    ...{ id: "limits.container", title: "A container that states nothing is bounded, and none is too large" },
    controls: ["OWASP K01", "NSA resource policies"],
    fix: "make a LimitRange of type Container with default and max for CPU and memory",
    well: "a LimitRange has default and max of CPU and memory for containers",
    look: (space) => {
      const has = (side: string, key: string) => limitsOf(space, "Container").some((it) => key in record(it[side]));
      const missing = ["default", "max"].flatMap((side) =>
        ["cpu", "memory"].filter((key) => !has(side, key)).map((key) => `${side}.${key}`),
      );
      return missing.length === 0 ? [] : [`no LimitRange states ${missing.join(", ")} of a container`];
    },
  },
  {
    ...{ id: "limits.claims", title: "No claim is larger than what the namespace has" },
    controls: ["OWASP K04", "NSA resource policies"],
    fix: "make a LimitRange of type PersistentVolumeClaim with max.storage",
    well: "a LimitRange has the most a claim may ask for",
    look: (space) =>
      limitsOf(space, "PersistentVolumeClaim").some((it) => "storage" in record(it["max"]))
        ? []
        : ["no LimitRange states max.storage of a claim"],
  },
];

const ROOM: Looked = {
  ...{ id: "quota.counted", title: "The quota is counted by the cluster" },
  controls: ["OWASP K04"],
  fix: "find out why the cluster's quota controller does not count it",
  well: "every quota has been counted",
  look: ({ quotas }): string[] | Verdict => {
    if (quotas.length === 0) return skipped("there is no ResourceQuota to count");
    return quotas
      .filter(({ status }) => Object.keys(record(record(status)["hard"])).length === 0)
      .map((it) => `quota "${it.metadata.name}" has not been counted`);
  },
};

/** Of the classes that are not a tenant's own, none: a quota with that scope refuses them whatever else is switched off. */
const PRIORITIES: Looked = {
  ...{ id: "quota.priorities", title: "The quota leaves no pod of another priority than a tenant's", own: true },
  controls: ["OWASP K04", "NSA resource policies"],
  fix: "run: npm run -s tenantry -- up",
  well: "a quota scoped to other priority classes allows no pods",
  look: ({ quotas }) =>
    quotas.some(({ spec }) => {
      const scopes = (record(record(spec)["scopeSelector"])["matchExpressions"] ?? []) as Record<string, unknown>[];
      return (
        scopes.some((it) => it["scopeName"] === "PriorityClass") && amount(record(record(spec)["hard"])["pods"]) === 0
      );
    })
      ? []
      : ["no quota refuses pods of other priority classes"],
};

export const QUOTAS = [...KEYS, WAYS_IN, PRIORITIES, BITES, ROOM, ...LIMITS];
