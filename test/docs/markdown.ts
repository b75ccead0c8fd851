import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { filesBelow, ROOT } from "../support/source-files.ts";

export interface Page {
  /** From the root of the repository. */
  path: string;
  text: string;
}

/** What users read: the pages of the root and of docs/. */
export const pages: Page[] = ["README.md", "CONTRIBUTING.md", "SECURITY.md", ...docs()].map((path) => ({
  path,
  text: readFileSync(join(ROOT, path), "utf8"),
}));

function docs(): string[] {
  return filesBelow(join(ROOT, "docs"))
    .map((it) => relative(ROOT, it))
    .filter((it) => it.endsWith(".md"));
}

export function page(path: string): Page {
  const found = pages.find((it) => it.path === path);
  if (!found) throw new Error(`there is no ${path}`);
  return found;
}

/** Lines of fenced blocks, with the language that the fence names. */
export function fencedLines({ text }: Page): { language: string; line: string }[] {
  return [...text.matchAll(/^( *)```(\w*)\n(.*?)^\1```$/gms)].flatMap(([, , language = "", body = ""]) =>
    body.split("\n").map((line) => ({ language, line: line.trim() })),
  );
}

/** The rows below a heading's first table, cells without the back-ticks of a single code word. */
export function tableBelow({ path, text }: Page, heading: string): string[][] {
  const [, after] = text.split(`\n${heading}\n`);
  const table = /(?:^\|.*\|\n)+/m.exec(after ?? "")?.[0];
  if (table === undefined) throw new Error(`${path} has no table below ${heading}`);
  return table
    .trim()
    .split("\n")
    .slice(2)
    .map((row) =>
      row
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim().replace(/^`([^`]*)`$/, "$1")),
    );
}

/** The anchors of a page's headings, as the hosting sites make them. */
export const anchorsOf = ({ text }: Page): string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .trim()
      .replaceAll(" ", "-"),
  );
