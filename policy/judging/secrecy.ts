import { cel } from "./twin.ts";

// Patterns are written once, in the common part of RE2 and JavaScript, so that rule and twin read them alike.
const NAMED =
  "password|passwd|passphrase|secret|credential|api[_.-]?key|private[_.-]?key|access[_.-]?key|(^|[_.-])(pwd|token)s?([_.-]|[0-9]*$)";
const POINTS_ELSEWHERE =
  "[_.-](file|path|dir|name|ref|ttl|length|url|uri|issuer|algorithm|policy|enabled|days|seconds)$";
const PASSWORD = "password|passwd|passphrase|(^|[_.-])pwd";
const KEYS =
  "AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22}|xox[abprs]-[0-9A-Za-z-]{10}|sk_live_[0-9A-Za-z]{16}|AIza[0-9A-Za-z_-]{35}";
/** `$(NAME)` in a value is the kubelet's own expansion of another variable: no literal. */
const CONNECTION = "://[^/@: ]*:[^$/@ ][^/@ ]*@";
const ARGUMENT = "^--?[a-z-]*(password|passwd|token|secret|api-?key)[a-z-]*=[^$]";
const REFERENCE = "^\\$\\([A-Za-z0-9_.-]+\\)$";
/** Longer values are not searched: one expression has one million units of cost, and a refusal for size would puzzle. */
const SEARCHED = 2048;
const SHORTEST = 16;
/** What people type when sixteen characters are asked for. */
const GUESSED = [
  "passwordpassword",
  "rootpasswordroot",
  "changemechangeme",
  "changeme12345678",
  "password12345678",
  "1234567890123456",
  "0123456789abcdef",
  "administrator123",
];

const insensitive = (source: string) => new RegExp(source, "i");
const finds = (text: string, source: string) => `${text}.matches(${cel(`(?i)${source}`)})`;

/** Whether a variable or key of this name holds a secret, and not where one lies or how long it lives. */
export const namesSecret = (name: string): boolean =>
  insensitive(NAMED).test(name) && !insensitive(POINTS_ELSEWHERE).test(name);
export const celNamesSecret = (name: string): string => `(${finds(name, NAMED)} && !${finds(name, POINTS_ELSEWHERE)})`;

export const namesPassword = (name: string): boolean => insensitive(PASSWORD).test(name) && namesSecret(name);
export const celNamesPassword = (name: string): string => `(${finds(name, PASSWORD)} && ${celNamesSecret(name)})`;

/** Whether a value only refers to another variable. */
export const isReference = (value: string): boolean => value === "" || new RegExp(REFERENCE).test(value);
export const celIsReference = (value: string): string => `(${value} == "" || ${value}.matches(${cel(REFERENCE)}))`;

/** Whether a value looks like a key, a token, a private key or a connection string with its password. */
export const looksSecret = (value: string): boolean =>
  value.includes("PRIVATE KEY-----") ||
  (value.length <= SEARCHED &&
    (new RegExp(KEYS).test(value) || new RegExp(CONNECTION).test(value) || insensitive(ARGUMENT).test(value)));
/** Cheap searches first: patterns cost ten times as much. */
export const celLooksSecret = (value: string): string =>
  `(${value}.contains("PRIVATE KEY-----") || size(${value}) <= ${SEARCHED} && (` +
  `(${["AKIA", "gh", "xox", "sk_", "AIza"].map((it) => `${value}.contains(${cel(it)})`).join(" || ")}) && ${value}.matches(${cel(KEYS)}) || ` +
  `${value}.contains("@") && ${value}.matches(${cel(CONNECTION)}) || ` +
  `${value}.startsWith("-") && ${finds(value, ARGUMENT)}))`;

/** Whether a password could be guessed. */
export const isWeak = (bytes: Buffer): boolean => bytes.length < SHORTEST || GUESSED.includes(bytes.toString());
/** CEL cannot decode base64, and need not: the API server writes it in one way, so its length and text say the same. */
export const celIsWeak = (base64: string): string =>
  `(size(${base64}) * 3 / 4 - (${base64}.endsWith("==") ? 2 : ${base64}.endsWith("=") ? 1 : 0) < ${SHORTEST} || ` +
  `${base64} in ${cel(GUESSED.map((it) => Buffer.from(it).toString("base64")))})`;
