import * as z from "zod";
import { App, Port } from "./app.ts";
import { HostName, OutsideCidr } from "./network.ts";
import { PLANS, type PlanName } from "./plans.ts";
import { quantity } from "./quantity.ts";

const planNames = Object.keys(PLANS) as [PlanName, ...PlanName[]];

const group = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.@/-]*$/, "a group name of letters, digits, _ . @ / -, such as acme-admins")
  // A group of the cluster itself would hand the tenant to everybody in it.
  .refine(
    (it) => !/^(system|tenantry|eks|gke)([:-]|$)/i.test(it),
    "a group of the tenant, not of the cluster or the platform",
  );
const groups = z.array(group).max(20).default([]);

/** The space's name has no dash, so ID-NAME splits one way only. */
export const SpaceName = z
  .string()
  .regex(/^[a-z][a-z0-9]{0,15}$/, "a lower-case name of at most 16 letters and digits, no dash");

/** Printed on terminals and kept in annotations, so without anything a terminal would obey. */
const line = (min: number, max: number) =>
  z
    .string()
    .min(min)
    .max(max)
    .regex(/^\P{C}*$/u, "one line of printable text");

export const TenantId = z
  .string()
  .max(30, "at most 30 characters")
  .regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/, "a DNS label in lower case, such as acme or my-shop");

const SpaceEdge = z.strictObject({ to: SpaceName, port: Port });

export const Space = z.strictObject({
  app: App.optional(),
  /** Part of the tenant's budget, more than 0, at most 1; spaces that leave it out divide the rest evenly. */
  share: z.number().min(0.01).max(1).optional(),
  edges: z.array(SpaceEdge).max(50).default([]),
});
export type Space = z.output<typeof Space>;

/** Not 53: names are resolved by the cluster's own DNS, and port 53 to anywhere else would be a way to carry data out. */
const EgressPort = z
  .int()
  .min(1)
  .max(65535)
  .refine((it) => it !== 53, "a port other than 53: the cluster's DNS alone resolves names");

const Egress = z
  .strictObject({
    cidr: OutsideCidr.optional(),
    fqdn: HostName.optional(),
    /** What is opened in place of fqdn where the cluster's network plug-in knows no host names. */
    cidrs: z.array(OutsideCidr).min(1).max(20).optional(),
    ports: z.array(EgressPort).min(1).max(20).default([443]),
    reason: line(3, 200),
  })
  .refine((it) => (it.cidr === undefined) !== (it.fqdn === undefined), "either cidr or fqdn")
  .refine((it) => it.cidrs === undefined || it.fqdn !== undefined, {
    path: ["cidrs"],
    message: "cidrs beside an fqdn only; a range alone is a cidr",
  });

const notYet = (what: string, allowed: string) => ({ message: `${allowed}: ${what} is not served yet` });

export const Tenant = z.strictObject({
  schemaVersion: z.literal(1),
  /** For good: namespaces are named after it, and Kubernetes renames none. */
  id: TenantId,
  /** What people call it; free to change. */
  name: line(1, 100).optional(),
  owner: z.strictObject({
    email: z.email("an e-mail address").max(200),
    team: line(1, 100).optional(),
    groups: z.strictObject({ admins: groups, users: groups, viewers: groups }).prefault({}),
    github: z
      .string()
      .max(39)
      .regex(/^[A-Za-z0-9](-?[A-Za-z0-9]){0,38}$/, "a GitHub organisation name")
      .optional(),
  }),
  plan: z.enum(planNames),
  /** Raises or lowers the plan's budget, up to the plan's ceiling. */
  overrides: z
    .strictObject({
      cpu: quantity("cpu").optional(),
      memory: quantity("bytes").optional(),
      storage: quantity("bytes").optional(),
      pods: z.int().min(1).max(1000).optional(),
    })
    .default({}),
  isolation: z
    .strictObject({
      tier: z.enum(["namespace", "pool", "virtual", "cluster"]),
    })
    .default({ tier: "namespace" }),
  spaces: z.record(SpaceName, Space).refine((it) => Object.keys(it).length > 0, "at least one space"),
  edges: z
    .array(z.strictObject({ from: SpaceName, to: SpaceName, port: Port }))
    .max(100)
    .default([]),
  database: z
    .enum(["none", "shared", "row", "dedicated"])
    .refine((it) => it === "none", notYet("a database", "none"))
    .default("none"),
  egress: z.array(Egress).max(50).default([]),
  domains: z.array(HostName).max(50).default([]),
  identity: z
    .strictObject({
      bucketPrefix: z.string().regex(/^[a-z0-9][a-z0-9/-]{0,99}$/, "a prefix such as acme/uploads"),
      permissions: z.array(z.enum(["read", "write", "list"])).min(1),
    })
    .refine(() => false, notYet("a cloud identity", "nothing here"))
    .optional(),
  lifecycle: z
    .union([z.enum(["active", "suspended", "purged"]), z.strictObject({ offboarding: z.iso.date() })], {
      error: '"active", "suspended", "purged" or a map with offboarding and a date',
    })
    .default("active"),
  /** How long data outlives an offboarding, counted from when the cluster first saw it. */
  retention: z.strictObject({ days: z.int().min(1).max(3650) }).default({ days: 30 }),
});

/** A tenant as the platform sees it: every default filled in. */
export type Tenant = z.output<typeof Tenant>;
/** A tenant as its author writes it. */
export type TenantInput = z.input<typeof Tenant>;
