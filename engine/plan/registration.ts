import { TENANT_TYPE } from "../../components/contract.ts";

/** A place inside a resource's inputs: keys and indexes from the top. */
export type Path = readonly (string | number)[];

export interface ResourceOptions {
  protect: boolean;
  retainOnDelete: boolean;
  deletedWith?: string;
  importId?: string;
  ignoreChanges: string[];
  aliases: string[];
  additionalSecretOutputs: string[];
  deleteBeforeReplace: boolean;
  customTimeouts: Record<string, string>;
}

/** One resource as the program registered it: what the engine of the CLI would get to see. */
export interface Registration {
  /** The engine's own form: the chain of parents' types, never the test monitor's. */
  urn: string;
  type: string;
  name: string;
  custom: boolean;
  /** Looked up by `.get()`: exists already, never written. */
  read: boolean;
  parent?: string;
  /** URN of the explicit provider; absent means a default provider would serve it. */
  provider?: string;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  options: ResourceOptions;
  /** Resolved, secrets in the clear: never print or store. `redact` gives the printable form. */
  inputs: Record<string, unknown>;
  /** Where inputs hold secrets. */
  secrets: Path[];
  /** Where inputs hold values nobody knows before the deployment. */
  unknowns: Path[];
}

/** `spec.containers[0]."a.b"`: a path as people read it. */
export function formatPath(path: Path): string {
  return path
    .map((part) =>
      typeof part === "number" ? `[${part}]` : /^[\w-]+$/.test(part) ? `.${part}` : `.${JSON.stringify(part)}`,
    )
    .join("")
    .replace(/^\./, "");
}

/** Name of the type without module path: "kubernetes:apps/v1:Deployment" gives "Deployment". */
export const shortType = (type: string): string => type.slice(type.lastIndexOf(":") + 1);

/** `acme-api (Deployment)`: a registration as people name it. */
export const describe = (it: Pick<Registration, "type" | "name">): string => `${it.name} (${shortType(it.type)})`;

/** The tenant whose component holds the resource; undefined for what is the platform's own. */
export function tenantOf(it: Registration, byUrn: ReadonlyMap<string, Registration>): string | undefined {
  for (let at: Registration | undefined = it; at; at = at.parent === undefined ? undefined : byUrn.get(at.parent)) {
    if (at.type === TENANT_TYPE) return String(at.inputs["tenant"]);
  }
  return undefined;
}

/** A chart whose objects the CLI's provider registers one by one; here it is one opaque resource until it is expanded. */
export const CHART_TYPE = "kubernetes:helm.sh/v4:Chart";
