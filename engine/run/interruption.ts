import { ClusterError } from "../cluster/status.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

export interface Interruption {
  /** Aborts when somebody asks the process to end. */
  signal: AbortSignal;
  /** Hands the signals back to the process. */
  forget: () => void;
}

/**
 * The first SIGINT or SIGTERM ends what is being written, not the process: it still says what stands, and gives its lock back.
 * A second one ends the process at once.
 */
export function heedSignals(): Interruption {
  const stop = new AbortController();
  const forget = () => {
    for (const it of SIGNALS) process.off(it, heed);
  };
  const heed = (name: NodeJS.Signals): void => {
    forget();
    stop.abort(new ClusterError(`interrupted by ${name}: what was written stands; run the command again to go on`));
  };
  for (const it of SIGNALS) process.on(it, heed);
  return { signal: stop.signal, forget };
}
