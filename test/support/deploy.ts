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
  inputs: Record<string, any>;
}

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Runs a program on the SDK's test monitor, as a preview, to its end. Throws when anything failed or was registered twice. */
export async function deploy(program: () => unknown, config: Record<string, string> = {}, stack = "local") {
  const resources: Deployed[] = [];
  const failures: unknown[] = [];
  const stray = (error: unknown) => void failures.push(error);
  process.on("unhandledRejection", stray);
  let outputs: unknown;
  try {
    await pulumi.runtime.setMocks({ newResource, call: ({ inputs }) => inputs }, "tenantry", stack, true);
    pulumi.runtime.setAllConfig(config, []);
    watch(resources);
    outputs = await pulumi.runtime.runInPulumiStack(() => Promise.resolve().then(program));
    await pulumi.runtime.disconnect();
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off("unhandledRejection", stray);
  }
  if (failures.length > 0) throw new Error(`the program failed: ${failures.map(String).join("\n")}`);
  const own = resources.filter((it) => it.type !== "pulumi:pulumi:Stack");
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

/** `Namespace acme-api`, in the order of registration. */
export const listed = (resources: readonly Deployed[]): string[] =>
  resources.map((it) => `${it.type.slice(it.type.lastIndexOf(":") + 1)} ${it.name}`).sort();

function newResource({ type, name, inputs }: pulumi.runtime.MockResourceArgs) {
  if (type === "random:index/randomPassword:RandomPassword") {
    return { id: "none", state: { ...inputs, result: `planted-${name}` } };
  }
  return { id: `${name}-id`, state: inputs };
}

function watch(resources: Deployed[]) {
  const monitor: any = pulumi.runtime.getMonitor();
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (req: any, callback: (error: Error | null, response: any) => void) =>
    register(req, (error: Error | null, response: any) => {
      // The test monitor keeps only the parent's type; with its name too, doubles are doubles.
      const urn = `${req.getParent()}$${req.getType()}::${req.getName()}`;
      resources.push({
        type: req.getType(),
        name: req.getName(),
        urn,
        parent: req.getParent(),
        provider: req.getProvider(),
        protect: req.getProtect(),
        deletedWith: req.getDeletedwith(),
        dependencies: req.getDependenciesList(),
        inputs: plain(req.getObject().toJavaScript()) as Record<string, unknown>,
      });
      callback(error, response);
    });
}

function plain(value: unknown): unknown {
  if (value === UNKNOWN) return "<unknown>";
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  const map = value as Record<string, unknown>;
  if (map[SIGNATURE] === SECRET) return { secret: plain(map["value"]) };
  return Object.fromEntries(Object.entries(map).map(([key, it]) => [key, plain(it)]));
}
