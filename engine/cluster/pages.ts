import type { KubeObject } from "./object.ts";
import type { RequestOptions } from "./session.ts";
import { ApiError, record } from "./status.ts";

export interface ListQuery {
  apiVersion: string;
  kind: string;
  /** All namespaces without it. */
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** Only apiVersion, kind and metadata of each: a tenth of the bytes. */
  metadataOnly?: boolean;
  /** Objects a page. Default 500. */
  limit?: number;
}

const METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/** The pages of a list. A snapshot that expires between two pages is left for the present, without repeats or gaps of old objects. */
export async function* pages(
  read: (options: RequestOptions) => Promise<unknown>,
  query: ListQuery,
): AsyncGenerator<KubeObject[], void, undefined> {
  const { apiVersion, kind, namespace, labelSelector, fieldSelector, limit = 500 } = query;
  const accept = query.metadataOnly ? METADATA_ONLY : "application/json";
  const ref = { apiVersion, kind, ...(namespace && { namespace }) };
  for (let next: string | undefined = ""; next !== undefined;) {
    const at: string | undefined = next || undefined;
    const asked = { labelSelector, fieldSelector, limit: String(limit), continue: at };
    try {
      const list = record(await read({ query: asked, accept, ref, verb: "list" }));
      // Items of a list do not say their kind; those of metadata only say a wrong one.
      yield ((list["items"] ?? []) as KubeObject[]).map((item) => ({ ...item, apiVersion, kind }));
      next = (record(list["metadata"])["continue"] as string | undefined) || undefined;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 410 && error.resume && error.resume !== at)) throw error;
      next = error.resume;
    }
  }
}
