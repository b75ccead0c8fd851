import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Pair, type YAMLMap } from "yaml";
import { pathText, quoted, shown, type Finding } from "./fault.ts";

/** A data file as plain values, with the line of every path. */
export interface Document {
  value: unknown;
  lines: ReadonlyMap<string, number>;
  findings: (Finding & { line: number })[];
  /** False when the text is no YAML at all, so that `value` says nothing. */
  readable: boolean;
}

type Path = readonly (string | number)[];

const MAX_DEPTH = 16;
const PLAIN_NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/;
/** Keys that reach an object's prototype in JavaScript. */
const PROTOTYPE_KEYS = new Set(["__proto__", "constructor", "prototype"]);

const SYNTAX: Record<string, [found: string, allowed: string]> = {
  MULTIPLE_DOCS: ["a second document", "one document a file"],
  TAG_RESOLVE_FAILED: ["a tag", "plain maps, lists, text, numbers, true and false"],
  TAB_AS_INDENT: ["a tab as indent", "spaces"],
  BAD_INDENT: ["a wrong indent", "the entries of one map or list in one column"],
  RESOURCE_EXHAUSTION: ["values nested too deep", `at most ${MAX_DEPTH} levels`],
  BAD_ALIAS: ["an alias", "the value itself"],
};

/** Reads YAML 1.2 or JSON, and only what every reader reads alike: no tags, aliases, merge keys, directives or second document. */
export function readDocument(text: string): Document {
  const refused = (index: number, found: string, allowed: string): Document => {
    const line = text.slice(0, index).split("\n").length;
    return { value: undefined, lines: new Map(), findings: [{ path: "", found, allowed, line }], readable: false };
  };
  const control = /[^\P{Cc}\t\n\r]/u.exec(text);
  if (control) return refused(control.index, `the control character ${quoted(control[0])}`, "printable text");
  const directive = /^%/m.exec(text);
  if (directive) return refused(directive.index, "a directive", "YAML 1.2 without directives");

  const counter = new LineCounter();
  const lineAt = (offset: number): number => Math.max(1, counter.linePos(offset).line);
  // Duplicate keys are looked for below: the parser's own search is quadratic.
  const document = parseDocument(text, {
    lineCounter: counter,
    prettyErrors: false,
    uniqueKeys: false,
    version: "1.2",
    schema: "core",
    merge: false,
  });
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) {
    const findings = problems.slice(0, 5).map((it) => {
      const [found, allowed] = SYNTAX[it.code] ?? [
        `text that is no YAML (${it.code.toLowerCase().replaceAll("_", " ")})`,
        "YAML 1.2 or JSON",
      ];
      return { path: "", found, allowed, line: lineAt(it.pos[0]) };
    });
    return { value: undefined, lines: new Map(), findings, readable: false };
  }
  const reading = new Reading(lineAt);
  const value = reading.value(document.contents, []);
  return { value, lines: reading.lines, findings: reading.findings, readable: true };
}

class Reading {
  readonly lines = new Map<string, number>();
  readonly findings: Document["findings"] = [];
  readonly #lineAt: (offset: number) => number;

  constructor(lineAt: (offset: number) => number) {
    this.#lineAt = lineAt;
  }

  value(node: Node | null, path: Path): unknown {
    if (node === null) return null;
    if (!this.lines.has(pathText(path))) this.lines.set(pathText(path), this.#line(node));
    if (isAlias(node)) return this.#refuse(node, path, "an alias", "the value itself");
    if (node.tag !== undefined) return this.#refuse(node, path, "a tag", "a value without a tag");
    if (path.length > MAX_DEPTH)
      return this.#refuse(node, path, "values nested too deep", `at most ${MAX_DEPTH} levels`);
    if (isMap(node)) return this.#map(node as YAMLMap<Node, Node | null>, path);
    if (isSeq(node)) return node.items.map((item, index) => this.value(item as Node | null, [...path, index]));
    return isScalar(node) ? this.#scalar(node.value, node.source ?? "", node, path) : undefined;
  }

  #scalar(value: unknown, source: string, node: Node, path: Path): unknown {
    if (typeof value === "number" && !PLAIN_NUMBER.test(source))
      this.#refuse(node, path, shown(source, path), "a plain decimal number, or text in quotes");
    return value;
  }

  #map(map: YAMLMap<Node, Node | null>, path: Path): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    for (const pair of map.items) {
      const key = this.#key(pair, path);
      if (key === undefined) continue;
      const at = [...path, key];
      if (PROTOTYPE_KEYS.has(key)) this.#refuse(pair.key, at, `the key ${quoted(key)}`, "another name");
      else if (key === "<<") this.#refuse(pair.key, at, "a merge key", "the entries themselves");
      else if (entries.has(key)) this.#refuse(pair.key, at, `the key ${quoted(key)} again`, "each key once");
      else {
        this.lines.set(pathText(at), this.#line(pair.key));
        entries.set(key, this.value(pair.value, at));
      }
    }
    return Object.fromEntries(entries);
  }

  #key({ key }: Pair<Node, Node | null>, path: Path): string | undefined {
    if (isScalar(key) && key.tag === undefined && typeof key.value === "string") return key.value;
    this.#refuse(key, path, "a key that is no text", "keys of plain text");
    return undefined;
  }

  #refuse(node: Node, path: Path, found: string, allowed: string): unknown {
    this.findings.push({ path: pathText(path), found, allowed, line: this.#line(node) });
    return undefined;
  }

  #line(node: Node): number {
    return this.#lineAt(node.range?.[0] ?? 0);
  }
}
