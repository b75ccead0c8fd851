import { runtime } from "@pulumi/pulumi";
import type { PlanMocks } from "./mocks.ts";
import { CHART_TYPE, type Registration } from "./registration.ts";
import { urnOf } from "./urn.ts";
import { unwrap } from "./values.ts";

type Callback<T> = (error: Error | null, response: T) => void;
type Wire = Record<string, unknown>;
interface Struct {
  toJavaScript(): Wire;
}
interface StructClass {
  fromJavaScript(value: Wire): Struct;
}
interface Timeouts {
  toObject(): Record<string, string>;
}

/** The part of the SDK's wire request that a plan is made of. */
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getProvidersMap?(): { get(name: string): string | undefined };
  getDependenciesList(): string[];
  getObject?(): Struct | undefined;
  getProperties?(): Struct | undefined;
  getCustom?(): boolean;
  getRemote?(): boolean;
  getProtect?(): boolean;
  getRetainondelete?(): boolean;
  getDeletedwith?(): string;
  getImportid?(): string;
  getIgnorechangesList?(): string[];
  getAliasesList?(): { getUrn(): string }[];
  getAdditionalsecretoutputsList?(): string[];
  getDeletebeforereplace?(): boolean;
  getCustomtimeouts?(): Timeouts | undefined;
  getTransformsList?(): unknown[];
  getPropertydependenciesMap?(): { forEach(each: (deps: { getUrnsList(): string[] }, key: string) => void): void };
}
/** What the SDK reads of an answer to a registration. */
interface Response {
  setUrn?(urn: string): void;
  getUrn?(): string;
  getId?(): string;
  getObject?(): Struct | undefined;
  getPropertydependenciesMap?(): undefined;
  getResult?(): number;
  getUnknown?(): boolean;
}
type Register = (request: Request, callback: Callback<Response>, inputs: Wire) => unknown;
interface Monitor {
  registerResource: Register;
  readResource: Register;
  registerResourceHook?: (request: unknown, callback: Callback<never>) => void;
  registerResourceOutputs: (request: unknown, callback: Callback<object>) => void;
}

/** Notes every registration that reaches the SDK's test monitor, and gives out the engine's URNs in place of the monitor's. */
export function watchMonitor(
  stack: string,
  project: string,
  note: (it: Registration) => void,
  refuse: (message: string) => void,
  mocks: PlanMocks,
) {
  const monitor = runtime.getMonitor() as unknown as Monitor;
  const watch = (register: Register, read: boolean): Register => {
    return (request, callback) => {
      const inputs = (request.getObject?.() ?? request.getProperties?.())?.toJavaScript() ?? {};
      const type = request.getType();
      const name = request.getName();
      const parent = request.getParent() || undefined;
      const urn = urnOf(stack, project, type, name, parent);
      if (request.getRemote?.() && type !== CHART_TYPE)
        refuse(`${name} (${type}) is a component of another program, which only the Pulumi CLI can run`);
      if (request.getTransformsList?.().length)
        refuse(`${name} (${type}) uses transforms, which only the Pulumi CLI runs`);
      if (type === "pulumi:pulumi:StackReference")
        refuse(`${name} reads another stack, which only the Pulumi CLI can do`);
      try {
        note(toRegistration(request, inputs, urn, parent, read));
      } catch (error) {
        refuse(`${name} (${type}): ${(error as Error).message}`);
      }
      const answered: Callback<Response> = (error, response) => {
        if (!error) response.setUrn?.(urn);
        callback(error, response);
      };
      return register.call(monitor, request, answered, inputs);
    };
  };
  monitor.registerResource = watch((request, callback, inputs) => {
    // The monitor would take every value apart and put it together again, promise by promise, to hand the same mocks the
    // same inputs: about a tenth of the time of a plan.
    try {
      callback(null, answer(request, inputs, mocks));
    } catch (error) {
      callback(error as Error, {});
    }
  }, false);
  monitor.readResource = watch(monitor.readResource, true);
  // The monitor would look for its own URN, which nobody was given.
  monitor.registerResourceOutputs = (_request, callback) => callback(null, {});
  // The test monitor has no such method: without one the program would wait for ever.
  monitor.registerResourceHook = (_request, callback) => {
    const message = "resource hooks run under the Pulumi CLI only";
    refuse(message);
    callback(new Error(message), undefined as never);
  };
}

function answer(request: Request, inputs: Wire, mocks: PlanMocks): Response {
  const object = request.getObject?.();
  const type = request.getType();
  const { id, state } = mocks.newResource({ type, name: request.getName(), inputs });
  const struct = state === inputs ? object : (object?.constructor as unknown as StructClass).fromJavaScript(state);
  let urn = "";
  return {
    setUrn: (it) => {
      urn = it;
    },
    getUrn: () => urn,
    getId: () => id,
    getObject: () => struct,
    getPropertydependenciesMap: () => undefined,
    getResult: () => 0,
    getUnknown: () => false,
  };
}

function toRegistration(
  request: Request,
  inputs: Wire,
  urn: string,
  parent: string | undefined,
  read: boolean,
): Registration {
  const { value, secrets, unknowns } = unwrap(inputs);
  const propertyDependencies: Record<string, string[]> = {};
  request.getPropertydependenciesMap?.().forEach((deps, key) => {
    if (deps.getUrnsList().length > 0) propertyDependencies[key] = deps.getUrnsList().toSorted();
  });
  const timeouts = Object.entries(request.getCustomtimeouts?.()?.toObject() ?? {}).filter(([, value]) => value !== "");
  // A provider reference is "URN::id"; a component has them by package.
  const reference = request.getProvider() || request.getProvidersMap?.().get("kubernetes") || "";
  const provider = reference.split("::").slice(0, -1).join("::") || undefined;
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    custom: read || (request.getCustom?.() ?? false),
    read,
    parent,
    provider,
    dependencies: request.getDependenciesList().toSorted(),
    propertyDependencies,
    options: {
      protect: request.getProtect?.() ?? false,
      retainOnDelete: request.getRetainondelete?.() ?? false,
      deletedWith: request.getDeletedwith?.() || undefined,
      importId: request.getImportid?.() || undefined,
      ignoreChanges: request.getIgnorechangesList?.() ?? [],
      aliases: (request.getAliasesList?.() ?? []).map((alias) => alias.getUrn()),
      additionalSecretOutputs: request.getAdditionalsecretoutputsList?.() ?? [],
      deleteBeforeReplace: request.getDeletebeforereplace?.() ?? false,
      customTimeouts: Object.fromEntries(timeouts),
    },
    inputs: value as Record<string, unknown>,
    secrets,
    unknowns,
  };
}
