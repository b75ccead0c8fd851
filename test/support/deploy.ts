import * as pulumi from "@pulumi/pulumi";

/** One registration as a component's test wants to see it. */
export interface Deployed {
  type: string;
  name: string;
  urn: string;
  parent: string;
  provider: string;
  protect: boolean;
  deletedWith: string;
  dependencies: string[];
  /** Resolved inputs; secrets are { secret: VALUE }, what nobody knows yet is "<unknown>". */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read deep into untyped inputs
  inputs: Record<string, any>;
}

/** Marks of the SDK's wire format for values that are secret or not known yet. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * Runs a program on the SDK's test monitor, as a preview, to its end. Throws when anything failed or was registered twice.
 * With `known: false` no resource has outputs yet, as in the first preview of all: what hides inside an `apply` is not seen.
 */
export async function deploy(program: () => unknown, config: Record<string, string> = {}, { known = true } = {}) {
  const resources: Deployed[] = [];
  const failures: unknown[] = [];
  const stray = (error: unknown) => void failures.push(error);
  process.on("unhandledRejection", stray);
  let outputs: unknown;
  try {
    const mocks = { newResource: known ? withOutputs : () => ({ id: undefined, state: {} }), call: () => ({}) };
    await pulumi.runtime.setMocks(mocks, "tenantry", "local", true);
    pulumi.runtime.setAllConfig(config, []);
    watch(resources);
    outputs = await pulumi.runtime.runInPulumiStack(async () => {
      try {
        return (await program()) as Record<string, unknown>;
      } catch (error) {
        // Kept back, as the stack's own promises would repeat it where nobody listens.
        failures.push(error);
        return {};
      }
    });
    await pulumi.runtime.disconnect();
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off("unhandledRejection", stray);
  }
  if (failures.length > 0)
    throw new Error(`the program failed: ${failures.map((it) => (it as Error).message).join("\n")}`);
  const own = resources.filter((it) => it.type !== "pulumi:pulumi:Stack").sort((a, b) => (a.urn < b.urn ? -1 : 1));
  const doubles = own.filter((it, index) => own.findIndex((other) => other.urn === it.urn) !== index);
  if (doubles.length > 0) throw new Error(`registered twice: ${doubles.map((it) => it.urn).join(", ")}`);
  const all = (type: string) => own.filter((it) => it.type === type);
  const one = (type: string, name?: string): Deployed => {
    const found = all(type).filter((it) => name === undefined || it.name === name);
    if (found.length !== 1 || !found[0]) throw new Error(`${found.length} of ${type} ${name ?? ""}, want 1`);
    return found[0];
  };
  return { resources: own, all, one, outputs };
}

/** `Namespace acme-api`, sorted. */
export const listed = (resources: readonly Deployed[]): string[] =>
  resources.map((it) => `${it.type.slice(it.type.lastIndexOf(":") + 1)} ${it.name}`).sort();

function withOutputs({ type, name, inputs }: pulumi.runtime.MockResourceArgs) {
  if (type === "random:index/randomPassword:RandomPassword") {
    return { id: "none", state: { ...inputs, result: `planted-${name}` } };
  }
  return { id: `${name}-id`, state: inputs };
}

/** The part of the SDK's wire request that tests look at. */
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getProtect(): boolean;
  getDeletedwith(): string;
  getDependenciesList(): string[];
  getObject(): { toJavaScript(): unknown };
}
type Register = (request: Request, callback: (error: Error | null, response: unknown) => void) => unknown;

function watch(resources: Deployed[]) {
  const monitor = pulumi.runtime.getMonitor() as unknown as { registerResource: Register };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
    // As in the engine's URN, types of parents count and their names do not.
    const parentType = parent.split("::")[2] ?? "";
    resources.push({
      type,
      name,
      urn: `${parentType}$${type}::${name}`,
      parent,
      provider: request.getProvider(),
      protect: request.getProtect(),
      deletedWith: request.getDeletedwith(),
      dependencies: request.getDependenciesList(),
      inputs: plain(request.getObject().toJavaScript()) as Record<string, unknown>,
    });
    return register(request, callback);
  };
}

function plain(value: unknown): unknown {
  if (value === UNKNOWN) return "<unknown>";
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  const map = value as Record<string, unknown>;
  if (map[SIGNATURE] === SECRET) return { secret: plain(map["value"]) };
  return Object.fromEntries(Object.entries(map).map(([key, it]) => [key, plain(it)]));
}
