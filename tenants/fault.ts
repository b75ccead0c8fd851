/** What is wrong at one place of a tenant: what stands there, and what may. */
export interface Finding {
  /** Such as spaces.api.app.image or egress[0].cidr; empty for the file as a whole. */
  path: string;
  found: string;
  allowed: string;
}

/** A finding with its place. `file` is "fleet" where no single tenant is to blame. */
export interface Fault extends Finding {
  file: string;
  line?: number;
  /** The tenant to set aside; unset where that would not help. */
  tenant?: string;
}

const SHOWN = 60;
const SECRET_KEY = /pass|pwd|secret|token|credential|auth|bearer|cert|dsn|connection|cookie|session|salt|key/i;
/** Credentials in an address, with or without a scheme (a tag before a digest looks alike), and well-known tokens. */
const SECRET_VALUE =
  /:\/\/[^/\s]*@|^[^\s/@]+:[^\s/@]+@(?!sha256:)|-----BEGIN|^(gh[a-z]_|github_pat_|glpat-|xox|AKIA|ASIA|eyJ|sk[-_])/;

/** One line a person can act on, such as `tenants/bad.yaml:7 plan: found "gold", allowed: one of "free", "micro"`. */
export function formatFault({ file, line, path, found, allowed }: Fault): string {
  const place = [line === undefined ? file : `${file}:${line}`, path].filter((it) => it !== "").join(" ");
  return `${printable(place)}: found ${found}, allowed: ${allowed}`;
}

/** A value as a fault may show it: on one line, at most 60 characters, and not at all where it might be a secret. */
export function shown(value: unknown, path: readonly PropertyKey[] = []): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return `a map of ${Object.keys(value).length}`;
  const secret = path.some((it) => it === "env" || (typeof it === "string" && SECRET_KEY.test(it)));
  if (typeof value === "string" && (secret || SECRET_VALUE.test(value))) return "text that is not shown";
  if (secret && typeof value === "number") return "a number that is not shown";
  return quoted(value as string | number | boolean);
}

/** Text in quotes, or a number or boolean as it is: shortened, and without anything a terminal would obey. */
export function quoted(value: string | number | boolean): string {
  if (typeof value !== "string") return String(value);
  const text = printable(JSON.stringify(value.slice(0, SHOWN + 1)));
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 4).replace(/\\[^\\]*$/, "")}..."`;
}

/** A path as text. Keys that are no plain words are quoted, so a path is one line and reads one way only. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    const name = String(key);
    if (!/^[\w-]{1,60}$/.test(name)) return `${text}[${quoted(name)}]`;
    return text === "" ? name : `${text}.${name}`;
  }, "");
}

/** Control characters, text direction marks and the like, spelled out. */
const printable = (text: string): string =>
  text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (it) => `\\u{${(it.codePointAt(0) ?? 0).toString(16)}}`);
