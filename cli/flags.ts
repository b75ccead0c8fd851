import { type Command, Option } from "commander";

/** Flags that most commands share, as the parser hands them over. */
export interface Flags {
  stack: string;
  set: string[];
  tenants?: string;
  only: string[];
  context?: string;
  kubeconfig?: string;
  json: boolean;
  yes: boolean;
  keepGoing: boolean;
}

/** Values of a flag that may be given more than once. */
export const collect = (value: string, before: string[]): string[] => [...before, value];

const FLAGS = {
  stack: () => new Option("-s, --stack <name>", "settings to use: Pulumi.NAME.yaml").default("local"),
  set: () =>
    new Option("--set <key=value>", "override a setting, such as baseDomain=example.com (repeatable)")
      .argParser(collect)
      .default([], "none"),
  tenants: () => new Option("--tenants <dir>", "add the tenants of a directory of .yaml and .json files"),
  only: () =>
    new Option("--only <tenant>", "look at this tenant alone (repeatable)").argParser(collect).default([], "none"),
  context: () => new Option("--context <name>", "kubeconfig context, instead of the settings' one"),
  kubeconfig: () => new Option("--kubeconfig <file>", "kubeconfig file, instead of the settings' one"),
  json: () => new Option("--json", "print the result as JSON on standard output").default(false),
  yes: () => new Option("-y, --yes", "do not ask").default(false),
  keepGoing: () =>
    new Option("--keep-going", "set aside tenants with an invalid file and go on with the others").default(false),
};

/** Adds shared flags, in the order of the table. */
export function withFlags(command: Command, ...names: (keyof typeof FLAGS)[]): Command {
  for (const [name, make] of Object.entries(FLAGS)) {
    if (names.includes(name as keyof typeof FLAGS)) command.addOption(make());
  }
  return command;
}

/** What reads the program and a cluster. */
export const CLUSTER_FLAGS = ["stack", "set", "tenants", "context", "kubeconfig", "json"] as const;
