import type * as z from "zod";
import { pathText, quoted, shown, type Finding } from "./fault.ts";
import { Tenant } from "./schema.ts";

type RawIssue = z.core.$ZodRawIssue;
type Check = z.core.$ZodCheck;

const KIND: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a map",
  record: "a map",
  array: "a list",
};

/** Judges one tenant by the schema: the tenant with its defaults, or everything that is wrong with it. */
export function judgeShape(input: unknown): { tenant: Tenant } | { findings: Finding[] } {
  const result = Tenant.safeParse(input, { error: allowedBy });
  if (result.success) return { tenant: result.data };
  return { findings: result.error.issues.flatMap((issue) => findingsOf(issue, input)) };
}

function findingsOf(issue: z.core.$ZodIssue, input: unknown): Finding[] {
  const { path, message: allowed } = issue;
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      path: pathText([...path, key]),
      found: `the unknown key ${quoted(key)}`,
      allowed,
    }));
  if (issue.code === "invalid_key")
    return [{ path: pathText(path), found: `the key ${quoted(String(path.at(-1)))}`, allowed }];
  return [{ path: pathText(path), found: shown(at(input, path), path), allowed }];
}

/** What is allowed, where the schema itself does not say it in words. */
function allowedBy(issue: RawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return typeHint(issue);
    case "invalid_value":
      return issue.values.length === 1 ? alternatives(issue.values) : `one of ${alternatives(issue.values)}`;
    case "invalid_union":
      return Array.isArray(issue.options)
        ? alternatives(issue.options as z.core.util.Primitive[])
        : "one of the documented forms";
    case "unrecognized_keys":
      return Object.keys(shapeOf(issue.inst)).join(", ");
    case "invalid_key":
      return issue.issues.map((it) => it.message).join(", ");
    case "too_small":
      return `${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}${unit(issue.origin)}`;
    case "too_big":
      return `${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}${unit(issue.origin)}`;
    case "invalid_format":
      return `text that is a valid ${issue.format}`;
    default:
      return "a valid value";
  }
}

function typeHint({ inst, expected }: Extract<RawIssue, { code: "invalid_type" }>): string {
  const kind = KIND[expected] ?? expected;
  const keys = Object.keys(shapeOf(inst));
  if (keys.length > 0) return `${kind} with ${keys.join(", ")}`;
  const checks = checksOf(inst);
  const spoken = checks.find((it) => it._zod.def.check === "string_format") ?? checks.find((it) => it._zod.def.error);
  const error = spoken?._zod.def.error as (() => unknown) | undefined;
  const hint = error?.();
  return typeof hint === "string" ? `${kind}: ${hint}` : kind;
}

const unit = (origin: string): string => ({ string: " characters", array: " entries" })[origin] ?? "";

const alternatives = (values: readonly z.core.util.Primitive[]): string =>
  values.map((it) => (typeof it === "string" ? JSON.stringify(it) : String(it))).join(", ");

const shapeOf = (schema: unknown): object =>
  (schema as { _zod?: { def: { shape?: object } } } | undefined)?._zod?.def.shape ?? {};

const checksOf = (schema: unknown): readonly Check[] =>
  (schema as { _zod?: { def: { checks?: Check[] } } } | undefined)?._zod?.def.checks ?? [];

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (it, key) =>
      typeof it === "object" && it !== null && Object.hasOwn(it, key)
        ? (it as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}
