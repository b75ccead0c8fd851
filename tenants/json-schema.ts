import * as z from "zod";
import { Tenant } from "./schema.ts";

export type JsonSchema = Record<string, unknown>;

/** The JSON Schema of a tenant file, for editors and for products that write tenants. It shows shapes; the judge knows more. */
export function tenantJsonSchema(): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(Tenant, { io: "input" });
  return { $schema, title: "Tenant", description: "One tenant of the platform, as its author writes it.", ...rest };
}
