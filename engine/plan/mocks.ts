import type { MockCallArgs, MockResourceArgs, Mocks } from "@pulumi/pulumi/runtime/mocks.js";
import { createHash } from "node:crypto";
import { UNKNOWN, secretValue } from "./values.ts";

/** Gives the value of a `random` resource: what an earlier run kept, or a placeholder for plans that are only read. */
export type RandomSource = (resource: RandomResource) => string;

export interface RandomResource {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  /** Undefined for a value of the platform's own. */
  tenant?: string;
}

type Inputs = Record<string, unknown>;

/** The same text for the same name every time, as long as asked: plans that are only read must not differ between runs. */
export const placeholder: RandomSource = ({ type, name, inputs }) => {
  const length = typeof inputs["length"] === "number" ? inputs["length"] : 32;
  let text = "";
  for (let round = 0; text.length < length; round++) {
    text += createHash("sha256").update(`${type}/${name}/${round}`).digest("hex");
  }
  return text.slice(0, length);
};

/**
 * What is known of a resource before it exists. Fields that only the API server can tell are stated as unknown:
 * left out they would silently read as undefined inside the program.
 */
function kubernetesState(inputs: Inputs): Inputs {
  const metadata = (inputs["metadata"] ?? {}) as Inputs;
  const state: Inputs = {
    ...inputs,
    metadata: { ...metadata, uid: UNKNOWN, resourceVersion: UNKNOWN },
    status: UNKNOWN,
  };
  if (inputs["kind"] === "Service") {
    state["spec"] = { clusterIP: UNKNOWN, ...((inputs["spec"] ?? {}) as Inputs) };
  }
  return state;
}

function randomState(
  args: Pick<MockResourceArgs, "type" | "name" | "inputs">,
  source: RandomSource,
  tenant: string | undefined,
): { id: string; state: Inputs } {
  const inputs = args.inputs as Inputs;
  const value = source({ type: args.type, name: args.name, inputs, tenant });
  switch (args.type) {
    // The SDK asks for `result` to be secret but its test monitor does not do so by itself.
    case "random:index/randomPassword:RandomPassword":
      return { id: "none", state: { ...inputs, result: secretValue(value), bcryptHash: secretValue(UNKNOWN) } };
    case "random:index/randomString:RandomString":
      return { id: value, state: { ...inputs, result: value } };
    default:
      throw new Error(`${args.type} is not made by the direct engine; it makes RandomPassword and RandomString`);
  }
}

/** Answers for the test monitor: ids and outputs only where they are known before anything exists. */
export class PlanMocks implements Mocks {
  readonly #source: RandomSource;
  readonly #tenant: () => string | undefined;
  readonly #refuse: (reason: string) => void;

  /** `tenant` tells whose resource is being registered: requests carry no parent when they arrive here. */
  constructor(source: RandomSource, tenant: () => string | undefined, refuse: (reason: string) => void) {
    this.#source = source;
    this.#tenant = tenant;
    this.#refuse = refuse;
  }

  /** Takes and gives values in the SDK's wire form, where secrets are wrapped. */
  newResource(args: Pick<MockResourceArgs, "type" | "name" | "inputs">): { id: string; state: Inputs } {
    const inputs = args.inputs as Inputs;
    if (args.type.startsWith("pulumi:providers:")) return { id: args.name, state: inputs };
    if (args.type.startsWith("kubernetes:")) {
      const { namespace, name } = (inputs["metadata"] ?? {}) as { namespace?: string; name?: string };
      return { id: namespace === undefined ? (name ?? "") : `${namespace}/${name}`, state: kubernetesState(inputs) };
    }
    if (args.type.startsWith("random:")) return randomState(args, this.#source, this.#tenant());
    return { id: "", state: inputs };
  }

  call(args: MockCallArgs): never {
    const reason = `the function ${args.token} needs its provider's plugin, which only the Pulumi CLI runs`;
    this.#refuse(reason);
    throw new Error(reason);
  }
}
