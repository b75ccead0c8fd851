/** Whether `live` holds all that `sent` says; what the server added beside it does not matter. */
export function contains(live: unknown, sent: unknown): boolean {
  if (Array.isArray(sent))
    return Array.isArray(live) && live.length === sent.length && sent.every((item, i) => contains(live[i], item));
  if (typeof sent !== "object" || sent === null) return Object.is(live, sent);
  if (typeof live !== "object" || live === null) return false;
  return Object.entries(sent).every(
    ([key, value]) => value === undefined || contains((live as Record<string, unknown>)[key], value),
  );
}
