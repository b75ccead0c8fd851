import * as z from "zod";
import { formatFault, shown } from "../tenants/fault.ts";
import { HostName, rangeOf } from "../tenants/network.ts";
import { quantity } from "../tenants/quantity.ts";
import { Clusters, Sandboxes, sharedClusters, Virtual } from "./isolation-settings.ts";
import { Network } from "./network-settings.ts";

const label = (what: string) =>
  z
    .string(what)
    .regex(/^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/, `${what}: a lower-case name of at most 40 letters, digits and dashes`);

const path = z.string("a path").min(1, "a path").max(500, "a path of at most 500 characters");

const cidrs = z
  .array(
    z.string().refine((it) => rangeOf(it) !== undefined, "CIDRs such as 10.244.0.0/16"),
    "a list of CIDRs",
  )
  .min(1, "at least one CIDR");

const registry = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?\/([a-z0-9._-]+\/)*$/,
    "image prefixes that end in /, such as ghcr.io/acme/",
  );

const group = z.string().min(1, "group names").max(100, "group names of at most 100 characters");

const tenantId = z.string().regex(/^[a-z]([-a-z0-9]{0,28}[a-z0-9])?$/, "tenant ids such as acme");

const name = z.string().regex(/^[a-z0-9]([-.a-z0-9]{0,61}[a-z0-9])?$/, "names such as standard");

const ratio = "a number from 0.1 to 10";
const whole = "a whole number from 1 to 100000";

const SHAPE = {
  fleet: label("the fleet's name"),
  cloud: z.enum(["local", "existing"], 'one of "local", "existing"'),
  /** Kubeconfig context. Never the current one silently. */
  context: z.string("a context of the kubeconfig").min(1, "a context of the kubeconfig").optional(),
  /** Path of the kubeconfig; unset means the usual places. */
  kubeconfig: path.optional(),
  /** Who runs the fleet. Another way of running it refuses. */
  runner: z.enum(["cli", "direct", "gitops"], 'one of "cli", "direct", "gitops"').default("cli"),
  baseDomain: HostName,
  ingressClass: name,
  registries: z.array(registry, "a list of image prefixes").min(1, "at least one image prefix"),
  platformGroups: z.array(group, "a list of groups").min(1, "at least one group"),
  deployerGroups: z.array(group, "a list of groups").min(1, "at least one group").default(["tenantry:deployers"]),
  capacity: z.strictObject({ cpu: quantity("cpu"), memory: quantity("bytes") }, "cpu and memory"),
  overcommit: z.number(ratio).min(0.1, ratio).max(10, ratio),
  caps: z.strictObject({ tenants: z.int(whole).min(1, whole).max(100_000, whole) }, "tenants"),
  ranges: z.strictObject({ nodes: cidrs, pods: cidrs, services: cidrs }, "nodes, pods and services"),
  network: Network,
  storage: z
    .strictObject(
      { class: name.optional(), refused: z.array(name, "a list of names").default([]) },
      "class and refused",
    )
    .prefault({}),
  /** Whether the cluster knows MutatingAdmissionPolicy v1: Kubernetes 1.36 and newer. */
  mutation: z.boolean("true or false").default(false),
  sandboxes: Sandboxes,
  virtual: Virtual,
  clusters: Clusters,
  tenants: path.optional(),
  part: z.enum(["all", "platform", "tenants"], 'one of "all", "platform", "tenants"').default("all"),
  only: z.array(tenantId, "a list of tenant ids").default([]),
  shard: z
    .string()
    .regex(/^[1-9][0-9]{0,3}\/[1-9][0-9]{0,3}$/, "a shard such as 2/8")
    .refine(
      (it) => Number(it.split("/")[0]) <= Number(it.split("/")[1]),
      "a shard such as 2/8, the first at most the second",
    )
    .optional(),
};

const LISTS = ["registries", "platformGroups", "deployerGroups", "only"];
const DATA = [
  "capacity",
  "overcommit",
  "caps",
  "ranges",
  "network",
  "storage",
  "mutation",
  "sandboxes",
  "virtual",
  "clusters",
];
const LOCAL = { context: "tenantry-local", kubeconfig: ".local/kubeconfig" };

const Settings = z.strictObject(SHAPE);

/** What one stack says about its fleet: Pulumi.STACK.yaml, keys `tenantry:*`. */
export type Settings = z.output<typeof Settings> & { context: string };

/**
 * Parses a stack's configuration as the Pulumi SDK hands it over: `tenantry:key` to text, structures as JSON.
 * Throws one error that lists every fault with its place, what is allowed, and what to type next.
 */
export function parseSettings(config: Readonly<Record<string, string>>, stack: string): Settings {
  const file = `Pulumi.${stack}.yaml`;
  const faults: string[] = [];
  const fault = (key: string, found: string, allowed: string) =>
    faults.push(formatFault({ file, path: `tenantry:${key}`, found, allowed }));

  const raw: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(config).sort()) {
    const [namespace, setting = ""] = key.split(":");
    if (namespace !== "tenantry") continue;
    if (Object.hasOwn(SHAPE, setting)) raw[setting] = decode(setting, text);
    else fault(setting, "an unknown setting", Object.keys(SHAPE).join(", "));
  }
  const parsed = Settings.safeParse(raw);
  for (const issue of parsed.error?.issues ?? []) {
    const value = at(raw, issue.path);
    const found =
      issue.code === "unrecognized_keys" ? `the unknown key ${shown(issue.keys[0])}` : shown(value, issue.path);
    fault(issue.path.join("."), found, issue.message);
  }
  const settings = parsed.data;
  const context = settings?.context ?? (settings?.cloud === "local" ? LOCAL.context : undefined);
  const kubeconfig = settings?.kubeconfig ?? (settings?.cloud === "local" ? LOCAL.kubeconfig : undefined);
  if (settings && context === undefined) fault("context", "nothing", "a context of the kubeconfig, by name");
  if (settings && context !== undefined)
    for (const { tenant, found } of sharedClusters(settings.clusters, { context, kubeconfig }))
      fault(`clusters.${tenant}.context`, found, "a context of a cluster for this tenant alone");
  if (!settings || context === undefined || faults.length > 0) {
    throw new Error([...faults, `Change ${file}, then: npm run -s tenantry -- check --stack ${stack}`].join("\n"));
  }
  return { ...settings, context, kubeconfig };
}

/** Lists may be written with commas, for the command line; text that is no JSON stays text and is judged as such. */
function decode(key: string, text: string): unknown {
  if (LISTS.includes(key) && !text.trimStart().startsWith("[")) {
    return text
      .split(",")
      .map((it) => it.trim())
      .filter((it) => it !== "");
  }
  if (!LISTS.includes(key) && !DATA.includes(key)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (it, key) => (typeof it === "object" && it !== null ? (it as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  );
