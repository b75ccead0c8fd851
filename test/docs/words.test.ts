import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { filesBelow, ROOT } from "../support/source-files.ts";

/** Everything that is committed and read as text; hidden folders of tools are named. */
const hidden = [".ci", ".github"];
const files = [
  ...filesBelow(ROOT),
  ...hidden.flatMap((it) => filesBelow(join(ROOT, it))),
  ...readdirSync(ROOT, { withFileTypes: true })
    .filter((it) => it.isFile() && it.name.startsWith("."))
    .map((it) => join(ROOT, it.name)),
]
  .map((it) => relative(ROOT, it))
  .filter((it) => !/\.(png|gz|log)$|(^|\/)go\.sum$/.test(it));

/** Put together here, so that this file does not hold what it looks for. */
const word = (...parts: string[]): string => parts.join("");

function holding(pattern: RegExp, left: (path: string) => boolean = () => false): string[] {
  return files
    .filter((it) => !left(it))
    .flatMap((path) => {
      const found = pattern.exec(readFileSync(join(ROOT, path), "utf8"));
      return found ? [`${path}: ${found[0]}`] : [];
    });
}

test("no file names a host of a package registry: everybody's own settings decide where packages come from", () => {
  const hosts = [
    word("registry", ".npm", "js.org"),
    word("registry.yarn", "pkg.com"),
    word("npm.pkg.", "github.com"),
    word("proxy.go", "lang.org"),
    word("sum.go", "lang.org"),
    word("pypi", ".org"),
    word("files.python", "hosted.org"),
    word("crates", ".io"),
  ];
  expect(files.length).toBeGreaterThan(200);
  expect(holding(new RegExp(hosts.map((it) => it.replaceAll(".", "\\.")).join("|")))).toEqual([]);
});

test("no file holds a path of somebody's machine", () => {
  expect(holding(/(?<![\w.~-])\/(home|Users|root|work)\/[\w.-]+/)).toEqual([]);
});

test("the project speaks of itself alone", () => {
  const names = ["A" + "I", "LL" + "M", "G" + "PT", "Clau" + "de", "Open" + "A" + "I", "Anthro" + "pic", "Copi" + "lot"];
  const phrases = [word("language ", "model"), word("generated ", "by an?"), word("sub", "-?agent"), word("the ", "brief\\b")];
  const lock = (path: string): boolean => path === "package-lock.json";
  expect(holding(new RegExp(`\\b(${names.join("|")})\\b`), lock)).toEqual([]);
  expect(holding(new RegExp(phrases.join("|"), "i"), lock)).toEqual([]);
});
