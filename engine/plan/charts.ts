import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { parseAllDocuments, stringify } from "yaml";
import type { KubeObject } from "../cluster/object.ts";
import type { Plan } from "./plan.ts";
import { CHART_TYPE, describe, type Registration } from "./registration.ts";

const run = promisify(execFile);

export interface Expanded {
  plan: Plan;
  /** Charts that cannot be expanded here: nobody has judged what is inside. */
  unexpanded: string[];
}

/**
 * Adds the objects of every chart to the plan, as the CLI would register them: children of the chart, on its provider, hooks
 * left out. Charts in the repository always expand; one from a registry needs the network and is named instead.
 */
export async function expandCharts(plan: Plan, helm: (() => Promise<string>) | undefined): Promise<Expanded> {
  const added: Registration[] = [];
  const unexpanded: string[] = [];
  for (const chart of plan.registrations.filter((it) => it.type === CHART_TYPE)) {
    const reason = whyNot(chart, helm);
    if (reason !== undefined || helm === undefined) unexpanded.push(`${describe(chart)} ${reason}`);
    else added.push(...(await template(chart, await helm())).map((object) => childOf(chart, object)));
  }
  if (added.length === 0) return { plan, unexpanded };
  const registrations = [...plan.registrations, ...added].toSorted((a, b) => (a.urn < b.urn ? -1 : 1));
  return { plan: { ...plan, registrations }, unexpanded };
}

function whyNot({ inputs, secrets, unknowns }: Registration, helm: unknown): string | undefined {
  const chart = String(inputs["chart"]);
  if (!/^(\.{0,2}\/|charts\/)/.test(chart))
    return `comes from ${chart}: a chart that is not a folder here needs the network`;
  if (secrets.length > 0)
    return "takes a secret value, which could end up anywhere in its objects: hand over a Secret's name";
  if (unknowns.length > 0) return "takes a value that nobody knows before the deployment";
  return helm === undefined ? "needs the helm program" : undefined;
}

/** Runs `helm template`; values go in by standard input, so that no argument list shows them. */
async function template({ name, inputs }: Registration, helm: string): Promise<KubeObject[]> {
  const release = typeof inputs["name"] === "string" ? inputs["name"] : name;
  const namespace = typeof inputs["namespace"] === "string" ? inputs["namespace"] : "default";
  const args = [
    "template",
    release,
    String(inputs["chart"]),
    "--namespace",
    namespace,
    "--values",
    "-",
    "--no-hooks",
    "--include-crds",
  ];
  const child = run(helm, args, { maxBuffer: 64 * 2 ** 20, timeout: 60_000 });
  child.child.stdin?.end(stringify(inputs["values"] ?? {}));
  const { stdout } = await child.catch((error: unknown) => {
    const told = ((error as { stderr?: string }).stderr ?? "").trim().split("\n").at(-1) ?? "";
    throw new Error(`chart ${name}: helm template: ${told || (error as Error).message}`);
  });
  return parseAllDocuments(stdout)
    .map((it) => it.toJS() as KubeObject | null)
    .filter((it) => it !== null)
    .map((it) => (it.metadata.namespace === undefined && isNamespaced(it) ? withNamespace(it, namespace) : it));
}

/** The URN, name and type that the provider gives a chart's object. */
function childOf(chart: Registration, object: KubeObject): Registration {
  const version = object.apiVersion.includes("/") ? object.apiVersion : `core/${object.apiVersion}`;
  const type = `kubernetes:${version}:${object.kind}`;
  const { namespace, name } = object.metadata;
  const logical = `${chart.name}:${namespace === undefined ? name : `${namespace}/${name}`}`;
  const [stack, project, chain] = chart.urn.split("::");
  return {
    ...chart,
    urn: `${stack}::${project}::${chain}$${type}::${logical}`,
    type,
    name: logical,
    custom: true,
    parent: chart.urn,
    inputs: object,
    options: { ...chart.options, aliases: [], importId: undefined },
    secrets: object.kind === "Secret" ? ["data", "stringData"].filter((it) => it in object).map((it) => [it]) : [],
  };
}

const CLUSTER_SCOPED =
  /^(Namespace|Cluster.*|CustomResourceDefinition|PersistentVolume|StorageClass|PriorityClass|.*Webhook.*|(Validating|Mutating)Admission.*|APIService|IngressClass|GatewayClass|RuntimeClass)$/;
const isNamespaced = (object: KubeObject): boolean => !CLUSTER_SCOPED.test(object.kind);
const withNamespace = (object: KubeObject, namespace: string): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, namespace },
});
