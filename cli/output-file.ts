import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UsageError } from "../engine/stack.ts";
import { userPath } from "./paths.ts";

/** A file that a command is asked to write at its end, named by a flag. */
export interface OutputFile {
  /** As the user typed it. */
  shown: string;
  /** Whole or not at all, and readable by nobody else. */
  write: (text: string) => void;
}

/** Judges the path before a long run, not after it. Throws UsageError. */
export function outputFile(flag: string, typed: string, root: string): OutputFile {
  const path = userPath(typed, root);
  const folder = dirname(path);
  const refuse = (why: string): never => {
    throw new UsageError(`${flag} ${typed}: ${why}`);
  };
  const found = statSync(path, { throwIfNoEntry: false });
  if (found && !found.isFile()) refuse("there is something of that name that is no file; name another");
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    refuse(`there is no folder ${folder}; make it first`);
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    refuse(`you may not write to ${folder}; name another folder`);
  }
  const write = (text: string): void => {
    const half = join(folder, `.${basename(path)}.${process.pid}`);
    try {
      writeFileSync(half, text, { mode: 0o600, flag: "wx" });
      renameSync(half, path);
    } catch (error) {
      rmSync(half, { force: true });
      throw new Error(`${flag} ${typed} could not be written: ${(error as NodeJS.ErrnoException).code}`, {
        cause: error,
      });
    }
  };
  return { shown: typed, write };
}
