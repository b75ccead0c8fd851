/** What a tenant may use in all its spaces together. CPU and memory are hard limits; `guaranteed` bounds the requests. */
export interface Budget {
  cpu: string;
  memory: string;
  guaranteed: { cpu: string; memory: string };
  storage: string;
  ephemeralStorage: string;
  pods: number;
  services: number;
  claims: number;
  secrets: number;
  configMaps: number;
  jobs: number;
  deployments: number;
  ingresses: number;
}

export interface Resources {
  requests: { cpu: string; memory: string };
  limits: { cpu: string; memory: string };
}

export interface Plan {
  /** Moves when a figure changes, so that a tenant's move between versions is a visible change. */
  version: number;
  budget: Budget;
  /** What an override may raise the budget to, as a factor. 1 means no override upwards. */
  ceiling: number;
  /** What a container gets that says nothing, and the most one container may ask for. */
  container: Resources & { max: { cpu: string; memory: string } };
  caps: { spaces: number; spacesPerHour: number };
  tiers: readonly Tier[];
  /** What the tenant's pods run in, between them and the node's kernel; unset means the cluster's default runtime. */
  sandbox?: Sandbox;
}

/** gvisor: a kernel in user space. kata: a small virtual machine for each pod. Settings name the RuntimeClass behind each. */
export type Sandbox = "gvisor" | "kata";

export type Tier = "namespace" | "pool" | "virtual" | "cluster";

const small = { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } };

const counts = (pods: number) => ({
  pods,
  services: Math.ceil(pods / 2),
  claims: Math.ceil(pods / 2),
  secrets: pods * 2,
  configMaps: pods * 2,
  jobs: pods,
  deployments: Math.ceil(pods / 2),
  ingresses: Math.ceil(pods / 4),
});

const shared = ["namespace"] as const;

const free = {
  version: 1,
  budget: {
    cpu: "2",
    memory: "2Gi",
    guaranteed: { cpu: "400m", memory: "512Mi" },
    storage: "4Gi",
    ephemeralStorage: "4Gi",
    ...counts(12),
  },
  ceiling: 1,
  container: { ...small, max: { cpu: "500m", memory: "512Mi" } },
  caps: { spaces: 4, spacesPerHour: 5 },
  tiers: shared,
} as const;

/**
 * The catalogue. Figures: free is the per-user project environment (500m/512Mi a container, requests 100m/128Mi), sandbox the same for code nobody trusts,
 * micro 1 CPU/1Gi and store 2 CPU/4Gi are hard limits of the store platforms; ten spaces a tenant, five an hour are theirs too.
 */
export const PLANS = {
  free,
  sandbox: { ...free, sandbox: "gvisor" },
  micro: {
    version: 1,
    budget: {
      cpu: "1",
      memory: "1Gi",
      guaranteed: { cpu: "500m", memory: "512Mi" },
      storage: "5Gi",
      ephemeralStorage: "2Gi",
      ...counts(12),
    },
    ceiling: 1,
    container: { ...small, max: { cpu: "1", memory: "1Gi" } },
    caps: { spaces: 1, spacesPerHour: 1 },
    tiers: shared,
  },
  store: {
    version: 1,
    budget: {
      cpu: "2",
      memory: "4Gi",
      guaranteed: { cpu: "1", memory: "2Gi" },
      storage: "20Gi",
      ephemeralStorage: "8Gi",
      ...counts(24),
    },
    ceiling: 2,
    container: { ...small, max: { cpu: "2", memory: "4Gi" } },
    caps: { spaces: 10, spacesPerHour: 5 },
    tiers: shared,
  },
  team: {
    version: 1,
    budget: {
      cpu: "8",
      memory: "16Gi",
      guaranteed: { cpu: "4", memory: "8Gi" },
      storage: "100Gi",
      ephemeralStorage: "32Gi",
      ...counts(60),
    },
    ceiling: 2,
    container: { ...small, max: { cpu: "4", memory: "8Gi" } },
    caps: { spaces: 10, spacesPerHour: 5 },
    tiers: shared,
  },
  business: {
    version: 1,
    budget: {
      cpu: "16",
      memory: "32Gi",
      guaranteed: { cpu: "8", memory: "16Gi" },
      storage: "500Gi",
      ephemeralStorage: "64Gi",
      ...counts(120),
    },
    ceiling: 2,
    container: { ...small, max: { cpu: "8", memory: "16Gi" } },
    caps: { spaces: 10, spacesPerHour: 5 },
    tiers: ["namespace", "pool", "virtual"],
  },
  enterprise: {
    version: 1,
    budget: {
      cpu: "32",
      memory: "64Gi",
      guaranteed: { cpu: "16", memory: "32Gi" },
      storage: "2Ti",
      ephemeralStorage: "128Gi",
      ...counts(240),
    },
    ceiling: 4,
    container: { ...small, max: { cpu: "16", memory: "32Gi" } },
    caps: { spaces: 20, spacesPerHour: 10 },
    tiers: ["namespace", "pool", "virtual", "cluster"],
  },
} as const satisfies Record<string, Plan>;

export type PlanName = keyof typeof PLANS;
