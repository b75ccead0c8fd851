import { createHash } from "node:crypto";
import { NAME } from "../../components/contract.ts";
import type { ObjectMeta } from "../cluster/object.ts";

/**
 * A short mark of the fields we own, from the API server's own record of them. Whoever changes or removes one of our fields
 * takes it out of that record, so an unchanged mark means that what we applied still stands; what controllers write
 * (status, revisions, bindings) leaves it alone. The record's time tells an apply that changed a value from one that changed
 * nothing: the API server moves it only for the former. Empty when we own nothing.
 */
export function printOf(metadata: ObjectMeta): string {
  const ours = metadata.managedFields?.find(
    (it) => it.manager === NAME.manager && it.operation === "Apply" && !it.subresource,
  );
  if (!ours?.fieldsV1) return "";
  return createHash("sha256")
    .update(JSON.stringify([ours.time, ours.fieldsV1]))
    .digest("base64url")
    .slice(0, 16);
}

/** Managers other than us that hold fields outside subresources, for messages. */
export const othersOf = (metadata: ObjectMeta): string[] => [
  ...new Set(
    (metadata.managedFields ?? [])
      .filter((it) => it.manager !== undefined && it.manager !== NAME.manager && !it.subresource)
      .map((it) => it.manager ?? ""),
  ),
];
