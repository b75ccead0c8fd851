import type { Answer, Asking } from "./asker.ts";
import { failed, passed, skipped, type Trial, type Tried, type Verdict } from "./check.ts";
import { ADMINISTRATOR, type Identity } from "./identity.ts";
import type { Space } from "./space.ts";

/**
 * Tries what must be refused as the strongest who may try it. A refusal counts only beside a control of the same kind that the same
 * identity gets admitted: a cluster that refuses everything proves nothing.
 */
export async function judgeTried(check: Tried, space: Space, asker: Asking): Promise<Verdict> {
  const verdicts = await Promise.all(check.tries(space).map((trial) => judgeTrial(check, trial, space, asker)));
  const of = (outcome: Verdict["outcome"]) => verdicts.filter((it) => it.outcome === outcome);
  const [worst = []] = [of("fail"), of("skipped"), of("pass")].filter((it) => it.length > 0);
  const [first] = worst;
  if (!first) return skipped("there is nothing to try here");
  return { outcome: first.outcome, message: [...new Set(worst.map((it) => it.message))].join("; ") };
}

async function judgeTrial(check: Tried, trial: Trial, space: Space, asker: Asking): Promise<Verdict> {
  const who = await whoTries(check, trial, space, asker);
  if ("outcome" in who) return who;
  const tried = `${trial.what}, tried as ${who.title},`;
  const answer = await asker.try(who, trial, space.namespace);
  if (answer.admitted) return failed(`${tried} was admitted, want it refused: ${check.fix}`);
  if (answer.by === "no trial") return skipped(`${tried} met ${answer.name}`);
  if (answer.by === "unserved") return skipped(`${tried} met ${answer.name}`);
  const control = check.control(space);
  return besides(
    `${tried} was refused by ${answer.name}`,
    answer,
    control.what,
    await asker.try(who, control, space.namespace),
  );
}

type Refused = Extract<Answer, { admitted: false }>;

function besides(refused: string, answer: Refused, control: string, beside: Answer): Verdict {
  if (beside.admitted) return passed(`${refused}; ${control} was admitted`);
  // Quota is asked last, so a control that met only the quota has passed every other guard.
  if (beside.by === "quota" && answer.by !== "quota")
    return passed(`${refused}; ${control} was only refused by ${beside.name}, which is full`);
  if (beside.by === "quota") return skipped(`${refused}, as was ${control}: there is no room left to tell them apart`);
  if (beside.by === "no trial") return skipped(`${control} met ${beside.name}`);
  return failed(
    `${refused}, but so was ${control}, by ${beside.name}: a refusal of everything proves nothing; find out why the harmless one is refused`,
  );
}

/** Whoever may send it; where nobody may, RBAC is the guard and that is the verdict. */
async function whoTries(check: Tried, trial: Trial, space: Space, asker: Asking): Promise<Identity | Verdict> {
  if (check.as === "administrator") return ADMINISTRATOR;
  const { namespace, identities, own } = space;
  const able = await first(identities, (it) => asker.may(it, `${trial.verb} ${trial.resource}`, namespace));
  if (able) return able;
  const whole = trial.resource.split("/")[0] ?? "";
  for (const control of [`get ${whole}`, "get pods"]) {
    const witness = await first(identities, (it) => asker.may(it, control, namespace));
    if (witness)
      return passed(
        `${trial.what}: nobody found here may ${trial.verb} ${trial.resource} (RBAC); ${witness.title} may ${control}`,
      );
  }
  if (own)
    return failed(
      `${trial.what}: nobody may ${trial.verb} ${trial.resource}, but nobody may get pods either: a refusal of everything proves nothing; run: npm run -s tenantry -- up`,
    );
  if (check.as === "rights") return skipped(`nobody is bound here who could try ${trial.what}`);
  return ADMINISTRATOR;
}

/** The first for whom it holds, in their order. */
async function first(
  identities: readonly Identity[],
  holds: (it: Identity) => Promise<boolean>,
): Promise<Identity | undefined> {
  const held = await Promise.all(identities.map(holds));
  return identities.find((_, index) => held[index]);
}
