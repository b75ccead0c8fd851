import fc from "fast-check";
import { INVALID_VALUES } from "./invalid-values.ts";
import { IMAGE } from "./samples.ts";
import { texts, type TextMutation } from "./text-mutations.ts";

type Tree = Record<string, unknown>;
/** A change of a valid tenant that makes it invalid by construction. */
interface TreeMutation {
  name: string;
  tree: (tenant: Tree) => void;
}

export type Mutation = TreeMutation | TextMutation;

/** A valid tenant with most fields in use; its id is that of its file. */
export const valid = (id: string, seed: number): Tree => ({
  schemaVersion: 1,
  id,
  owner: {
    email: `ops${seed}@acme.example`,
    team: `Team ${seed}`,
    groups: { admins: [`${id}-admins`] },
    github: "acme",
  },
  plan: ["team", "business", "enterprise"][seed % 3],
  spaces: {
    api: {
      app: {
        kind: "web",
        image: IMAGE,
        port: 1024 + seed,
        replicas: { min: 1, max: 1 + (seed % 4) },
        resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
        env: { LOG_LEVEL: "no" },
        secrets: { DB_PASSWORD: { length: 16 + (seed % 113) } },
      },
      share: 0.5,
    },
    jobs: {},
  },
  edges: [{ from: "api", to: "jobs", port: 8080 }],
  egress: [{ cidr: "198.51.100.0/24", ports: [1000 + seed], reason: "card processor" }],
  domains: [`${id}.example`],
  retention: { days: 1 + seed },
});

const set = (path: string, value: unknown): TreeMutation => ({
  name: `${path} = ${typeof value === "string" ? value.slice(0, 20) : typeof value}`,
  tree: (tenant) => {
    const keys = path.split(".");
    const last = keys.pop() ?? "";
    const holder = keys.reduce<Tree>((it, key) => it[key] as Tree, tenant);
    if (value === undefined) Reflect.deleteProperty(holder, last);
    else Object.defineProperty(holder, last, { value, enumerable: true, configurable: true, writable: true });
  },
});

const APP = "spaces.api.app";

/** Paths and the kinds of value each may never hold. */
const TEXTS = [
  "id",
  "owner.email",
  "owner.team",
  "owner.github",
  "plan",
  `${APP}.image`,
  `${APP}.env.LOG_LEVEL`,
  "domains.0",
];
const FIGURES = [
  "retention.days",
  `${APP}.port`,
  `${APP}.replicas.min`,
  "egress.0.ports.0",
  `${APP}.secrets.DB_PASSWORD.length`,
];
const MAPS = [
  "owner",
  "owner.groups",
  "spaces",
  "spaces.api",
  APP,
  `${APP}.replicas`,
  "isolation",
  "retention",
  "overrides",
];
const LISTS = ["edges", "egress", "domains", "owner.groups.users", `${APP}.args`];
const NEEDED = [
  "schemaVersion",
  "id",
  "owner",
  "owner.email",
  "plan",
  "spaces",
  `${APP}.kind`,
  `${APP}.image`,
  "edges.0.to",
];
const CLOSED = [
  "",
  "owner.",
  "owner.groups.",
  "spaces.api.",
  `${APP}.`,
  `${APP}.resources.`,
  "edges.0.",
  "egress.0.",
  "retention.",
];

const noText = fc.constantFrom<unknown>(5, 1.5, true, false, null, [], {}, ["x"], { a: 1 });
const noNumber = fc.constantFrom<unknown>("5", "8080", true, null, [], {}, -1, 0.5, 1e9, Number.MAX_SAFE_INTEGER);
const noMap = fc.constantFrom<unknown>("x", 5, true, null, [], [{}]);
const noList = fc.constantFrom<unknown>("x", 5, true, null, {}, { length: 1 });
const at = (paths: string[], values: fc.Arbitrary<unknown>) =>
  fc.tuple(fc.constantFrom(...paths), values).map(([path, value]) => set(path, value));

const huge = fc.constantFrom(3000, 20_000, 200_000).map((it) => "a".repeat(it));
const lookalike = fc.constantFrom(
  "аcme",
  "ａcme",
  "acme\u200b",
  "acmé",
  "acme\u0000",
  "ACME",
  "acme ",
  "-acme",
  "acme-",
  "ac_me",
);

const trees: fc.Arbitrary<TreeMutation>[] = [
  at(TEXTS, noText),
  at(FIGURES, noNumber),
  at(MAPS, noMap),
  at(LISTS, noList),
  at(NEEDED, fc.constant(undefined)),
  at(
    CLOSED.map((it) => `${it}extra`),
    fc.constantFrom<unknown>(1, "x", null, {}),
  ),
  at(
    CLOSED.flatMap((it) => ["__proto__", "constructor", "prototype"].map((key) => it + key)),
    fc.constantFrom<unknown>({ plan: "free" }, 1, null),
  ),
  at(["id", "plan", "spaces.api.app.image", "domains.0", "edges.0.from"], lookalike),
  // GitHub's names have capitals, too.
  at(
    ["owner.github"],
    lookalike.filter((it) => it !== "ACME"),
  ),
  at(["id", "owner.email", "owner.team", "owner.github", "domains.0", "egress.0.reason", `${APP}.env.LOG_LEVEL`], huge),
  at(["id", "owner.groups.admins.0"], fc.constantFrom("a".repeat(101), "x".repeat(128), "system:masters")),
  ...INVALID_VALUES.map(([path, values]) => fc.constantFrom(...values.map((it) => set(path, it)))),
];

/** Trees weigh more: they reach deeper. */
export const mutation: fc.Arbitrary<Mutation> = fc.oneof(...trees, ...trees, ...texts);
