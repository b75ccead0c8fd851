import { KubeConfig, Watch } from "@kubernetes/client-node";
import type { KubeObject } from "../../engine/cluster/object.ts";

/** What all objects of one kind come to, at every moment: each event of the server is one. */
export class Tally {
  /** The most there ever was at once, by key. */
  readonly peak: Record<string, number> = {};
  /** What there is now. */
  readonly now: Record<string, number> = {};
  events = 0;
  readonly #objects = new Map<string, Record<string, number>>();
  readonly #namespaces: readonly string[];
  #abort: { abort: () => void } | undefined;

  /** Counts what is in these namespaces. */
  constructor(namespaces: readonly string[]) {
    this.#namespaces = namespaces;
  }

  /** Watches a collection from here on; `figures` says what an object counts, or nothing. */
  async watch(
    kubeconfig: string,
    path: string,
    figures: (it: KubeObject) => Record<string, number> | undefined,
  ): Promise<this> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    this.#abort = await new Watch(config).watch(
      path,
      {},
      (type: string, object: KubeObject) => {
        const { namespace = "", name } = object.metadata;
        if (!this.#namespaces.includes(namespace)) return;
        this.#count(`${namespace}/${name}`, type === "DELETED" ? undefined : figures(object));
      },
      () => undefined,
    );
    return this;
  }

  end(): void {
    this.#abort?.abort();
  }

  #count(key: string, figures: Record<string, number> = {}): void {
    const before = this.#objects.get(key) ?? {};
    this.#objects.set(key, figures);
    this.events += 1;
    for (const it of new Set([...Object.keys(before), ...Object.keys(figures)])) {
      const now = (this.now[it] ?? 0) + (figures[it] ?? 0) - (before[it] ?? 0);
      this.now[it] = now;
      this.peak[it] = Math.max(this.peak[it] ?? 0, now);
    }
  }
}
