import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** A user's mistake or a refusal: printed as it is, without a stack trace. */
export class UsageError extends Error {}

const PROJECT = "tenantry";

/**
 * The configuration of a stack, as the CLI would hand it to the program: keys with their namespace, values as strings
 * (objects as JSON). `overrides` are KEY=VALUE lines; a key without a namespace is one of ours. Throws UsageError.
 */
export function loadStack(root: string, stack: string, overrides: readonly string[] = []): Record<string, string> {
  const file = `Pulumi.${stack}.yaml`;
  if (!/^[\w.-]{1,100}$/.test(stack) || !existsSync(join(root, file))) {
    throw new UsageError(`--stack ${JSON.stringify(stack)}: there is no ${file}; allowed: ${stacks(root).join(", ")}`);
  }
  const config = readConfig(join(root, file), file);
  for (const line of overrides) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(line) ?? [];
    if (key === undefined || value === undefined) {
      throw new UsageError(`--set ${JSON.stringify(line)}: want KEY=VALUE, such as baseDomain=example.com`);
    }
    set(config, key.includes(":") ? key : `${PROJECT}:${key}`, value);
  }
  return config;
}

/** Names of the stacks that have a file. */
export const stacks = (root: string): string[] =>
  readdirSync(root)
    .map((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1])
    .filter((name) => name !== undefined)
    .toSorted();

function readConfig(path: string, file: string): Record<string, string> {
  let document: unknown;
  try {
    document = parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message.split("\n")[0]}`);
  }
  if ((document as { environment?: unknown } | null)?.environment !== undefined) {
    throw new UsageError(`${file} takes values from an environment, which only the Pulumi CLI can open: pulumi up`);
  }
  const raw = (document as { config?: Record<string, unknown> } | null)?.config ?? {};
  const config: Record<string, string> = {};
  for (const [key, value] of Object.entries(raw)) {
    if (isEncrypted(value)) {
      const stack = file.slice("Pulumi.".length, -".yaml".length);
      throw new UsageError(`${file} ${key} is encrypted: only the Pulumi CLI can read it: pulumi up -s ${stack}`);
    }
    config[key.includes(":") ? key : `${PROJECT}:${key}`] = typeof value === "string" ? value : JSON.stringify(value);
  }
  return config;
}

/** The CLI encrypts whole values, or leaves inside structures. */
const isEncrypted = (value: unknown): boolean =>
  value !== null && typeof value === "object" && ("secure" in value || Object.values(value).some(isEncrypted));

/** Sets a key, or with dots a place inside an object: `capacity.cpu=10`. */
function set(config: Record<string, string>, key: string, value: string): void {
  const [top = "", ...inner] = key.split(".");
  if (inner.length === 0) {
    config[key] = value;
    return;
  }
  let whole: unknown;
  try {
    whole = JSON.parse(config[top] ?? "{}");
  } catch {
    throw new UsageError(`--set ${key}: ${top} holds no object to set a part of`);
  }
  if (whole === null || typeof whole !== "object")
    throw new UsageError(`--set ${key}: ${top} holds no object to set a part of`);
  let place = whole as Record<string, unknown>;
  for (const part of inner.slice(0, -1)) {
    const next = Object.hasOwn(place, part) ? place[part] : undefined;
    if (next === null || typeof next !== "object")
      throw new UsageError(`--set ${key}: there is no ${part} to set a part of`);
    place = next as Record<string, unknown>;
  }
  const last = inner.at(-1) ?? "";
  if (last in {} || last === "") throw new UsageError(`--set ${key}: ${JSON.stringify(last)} is no part of a setting`);
  const before = Object.hasOwn(place, last) ? place[last] : undefined;
  place[last] = typeof before === "number" && Number.isFinite(Number(value)) ? Number(value) : value;
  config[top] = JSON.stringify(whole);
}
