const STACK_TYPE = "pulumi:pulumi:Stack";

/** The URN the CLI's engine would give: stack, project, the chain of parents' types, name. */
export function urnOf(stack: string, project: string, type: string, name: string, parent?: string): string {
  const chain = parent === undefined ? undefined : typeChain(parent);
  const qualified = chain === undefined || chain === STACK_TYPE ? type : `${chain}$${type}`;
  return `urn:pulumi:${stack}::${project}::${qualified}::${name}`;
}

/** The chain of types in a URN, outermost first, joined by "$". */
export const typeChain = (urn: string): string => urn.split("::")[2] ?? "";
