import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../support/source-files.ts";
import { anchorsOf, page, pages } from "./markdown.ts";

const links = pages.flatMap(({ path, text }) =>
  [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => ({ path, target })),
);

test("every link inside the repository leads to a file, and to a heading where it names one", () => {
  const inside = links.filter(({ target }) => !/^https?:/.test(target));
  expect(inside.length).toBeGreaterThan(20);
  const broken = inside.filter(({ path, target }) => {
    const [file = "", anchor] = target.split("#");
    const goal = file === "" ? path : normalize(join(dirname(path), file));
    if (!existsSync(join(ROOT, goal))) return true;
    return anchor !== undefined && !anchorsOf(page(goal)).includes(anchor);
  });
  expect(broken.map(({ path, target }) => `${path} -> ${target}`)).toEqual([]);
});

test("every test, script and source that a page names is there", () => {
  const named = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/`((?:test|scripts|tenants|policy|infra|local|engine|components|docs|cli)\/[\w./-]+\.\w+)`/g)].map(
      ([, file = ""]) => ({ path, file }),
    ),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ file }) => !/NAME|FOLDER/.test(file) && !existsSync(join(ROOT, file)))).toEqual([]);
});
