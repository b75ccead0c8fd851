import { record } from "../cluster/status.ts";

type Labels = Readonly<Record<string, string>>;

interface Requirement {
  key: string;
  operator: string;
  values?: string[];
}

/** A label selector as the API has it. */
export interface Selector {
  matchLabels?: Labels;
  matchExpressions?: Requirement[];
}

/** Whether these labels are selected. An operator nobody knows selects: better a false alarm than a hole. */
export function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "In") return value !== undefined && values.includes(value);
      if (operator === "NotIn") return value === undefined || !values.includes(value);
      if (operator === "Exists") return value !== undefined;
      return operator !== "DoesNotExist" || value === undefined;
    })
  );
}

/** The keys it looks at. */
export const keysOf = ({ matchLabels = {}, matchExpressions = [] }: Selector): string[] => [
  ...Object.keys(matchLabels),
  ...matchExpressions.map(({ key }) => key),
];

export const selectorOf = (value: unknown): Selector => record(value);
