import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";

export const ROOT = join(import.meta.dirname, "../..");

export interface Import {
  /** Path from the root of the repository, or the name of a package. */
  target: string;
  /** Erased before the program runs. */
  typeOnly: boolean;
}

export interface SourceFile {
  /** From the root of the repository. */
  path: string;
  text: string;
  tree: ts.SourceFile;
  imports: Import[];
}

/** All TypeScript and JavaScript below a folder, parsed. */
export function sourcesOf(folder: string): SourceFile[] {
  return filesBelow(join(ROOT, folder))
    .filter((it) => /\.[jt]s$/.test(it))
    .map((file) => {
      const path = relative(ROOT, file);
      const text = readFileSync(file, "utf8");
      const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
      return { path, text, tree, imports: importsOf(tree, dirname(path)) };
    });
}

/** Every file below a directory, installed packages and hidden files left out. */
export function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((it) => !it.name.startsWith(".") && it.name !== "node_modules")
    .flatMap((it) => (it.isDirectory() ? filesBelow(join(directory, it.name)) : [join(directory, it.name)]))
    .sort();
}

/** All nodes of a file, outermost first. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) yield* nodesOf(child);
}

/** Static, dynamic and re-exporting imports with a literal target. */
function importsOf(tree: ts.SourceFile, folder: string): Import[] {
  const target = (text: string): string => (text.startsWith(".") ? join(folder, text) : text);
  return [...nodesOf(tree)].flatMap((node): Import[] => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      const { text } = node.moduleSpecifier as ts.StringLiteral;
      return [{ target: target(text), typeOnly: isTypeOnly(node) }];
    }
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      const { text } = node.argument.literal as ts.StringLiteral;
      return [{ target: target(text), typeOnly: true }];
    }
    const isImport = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
    const [argument] = isImport ? node.arguments : [];
    return argument && ts.isStringLiteral(argument) ? [{ target: target(argument.text), typeOnly: false }] : [];
  });
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  const clause = node.importClause;
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  if (clause.name || !named || !ts.isNamedImports(named)) return false;
  return named.elements.length > 0 && named.elements.every((it) => it.isTypeOnly);
}
