/** Messages quote what tenants and webhooks write: whatever stands in them stays inside its attribute or element. */
const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  // Needed only after "]]", where a bare one ends a section that never began.
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** XML 1.0 has no way to write these, escaped or not. */
// eslint-disable-next-line no-control-regex
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const REPLACEMENT = "\ufffd";

const escape = (value: string): string =>
  value
    .toWellFormed()
    .replace(UNWRITABLE, REPLACEMENT)
    .replace(/[&<>"']/g, (it) => ENTITIES[it] ?? it)
    .replaceAll("\r", "&#13;");

/** Text between two tags, as a reader gets it back; what XML cannot hold is replaced. */
export const text = (value: string): string => escape(value);

/** Text in a quoted attribute. A reader turns bare line ends and tabs of attributes into blanks. */
export const attribute = (value: string): string => escape(value).replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
