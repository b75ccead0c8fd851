import { UsageError } from "../engine/stack.ts";

/** What the process says with its exit code. */
export const EXIT = {
  /** Done; also when there was nothing to do. */
  done: 0,
  /** Refused or failed, and nothing was changed. */
  refused: 1,
  /** The command line itself was wrong. */
  usage: 2,
  /** Some tenants were brought up, others failed or were set aside. */
  partial: 3,
  /** `diff --exit-code` found differences. */
  differences: 4,
} as const;

export const exitCodeOf = (error: unknown): number => (error instanceof UsageError ? EXIT.usage : EXIT.refused);

/** The error as a user reads it: what and where, never a stack trace. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError) {
    return `internal error: ${error.message}. Please report it with the command you ran.`;
  }
  return error.message;
}
