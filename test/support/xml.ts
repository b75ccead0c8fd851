export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
}

const NAME = /[A-Za-z_][\w.-]*/y;
const ATTRIBUTE = /\s+([A-Za-z_][\w.-]*)="([^"<]*)"/y;
const REFERENCE = /&(?:#(\d+)|(amp|lt|gt|quot|apos));|&/g;
const NAMED: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
/** What XML 1.0 calls a character. */
const CHARACTERS = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** Reads the XML that reports are written in, as strictly as the standard: throws on everything that is not well formed. */
export function parseXml(document: string): XmlElement {
  if (!CHARACTERS.test(document)) throw new Error("a character that XML does not have");
  // A reader makes one line feed of every line end before it looks at anything.
  const source = document.replace(/\r\n?/g, "\n");
  const start = /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/.exec(source);
  if (!start) throw new Error("no declaration");
  let at = start[0].length;

  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found) at += found[0].length;
    return found ?? undefined;
  };
  const fail = (what: string): never => {
    throw new Error(`${what} at ${at}: ${source.slice(at, at + 40)}`);
  };
  const element = (): XmlElement => {
    if (source[at] !== "<") return fail("no element");
    at += 1;
    const name = take(NAME)?.[0] ?? fail("no name");
    const attributes: Record<string, string> = {};
    for (let found = take(ATTRIBUTE); found; found = take(ATTRIBUTE)) {
      const [, key = "", value = ""] = found;
      if (key in attributes) fail(`${key} twice`);
      attributes[key] = decoded(value.replace(/[\t\n\r]/g, " "));
    }
    const self: XmlElement = { name, attributes, children: [], text: "" };
    if (take(/\s*\/>/y)) return self;
    if (!take(/\s*>/y)) fail("no end of a tag");
    for (;;) {
      const characters = take(/[^<]+/y)?.[0] ?? "";
      if (characters.includes("]]>")) fail("an end of a section");
      self.text += decoded(characters);
      if (take(/<\/([A-Za-z_][\w.-]*)\s*>/y)?.[1] === name) return self;
      if (source[at] !== "<" || source[at + 1] === "/") fail(`no end of ${name}`);
      self.children.push(element());
    }
  };
  const root = element();
  if (source.slice(at).trim() !== "") fail("more than one element");
  return root;
}

const decoded = (value: string): string =>
  value.replace(REFERENCE, (whole, code?: string, name?: string) => {
    if (code !== undefined) return String.fromCodePoint(Number(code));
    const found = NAMED[name ?? ""];
    if (found === undefined) throw new Error(`a bare ${whole}`);
    return found;
  });
