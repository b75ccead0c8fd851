import type { Asking } from "./asker.ts";
import { type Asked, failed, passed, skipped, type Verdict } from "./check.ts";
import { ADMINISTRATOR, type Identity } from "./identity.ts";
import type { Space } from "./space.ts";

/** Everybody may ask this about themselves: what shows that an identity without any rights is known at all. */
const KNOWN = "create selfsubjectaccessreviews.authorization.k8s.io";

/** Asks the authorizer about rights that nobody may have; who has a persona here must have the control. */
export async function judgeAsked(check: Asked, space: Space, asker: Asking): Promise<Verdict> {
  const who = check.who?.(space) ?? space.identities;
  const where = check.where?.(space) ?? [space.namespace];
  if (who.length === 0 || where.length === 0) return skipped(check.nobody ?? "nobody is bound here");
  const granted = await Promise.all(
    who.flatMap((one) =>
      where.map(async (place) => {
        const answers = await Promise.all(check.denied.map((question) => asker.may(one, question, place)));
        const found = check.denied.filter((_, index) => answers[index]);
        return found.length > 0 ? [`${one.title} may ${inShort(found)}${at(place, space)}`] : [];
      }),
    ),
  );
  const found = granted.flat();
  if (found.length > 0) return failed(`${found.join("; ")}, want nobody to: ${check.fix}`);
  const controls = await Promise.all(who.map((one) => control(check, one, space, asker)));
  const unproved = controls.find((it) => it.outcome === "fail");
  if (unproved) return unproved;
  const titles = who.map((it) => it.title).join(", ");
  return passed(`${titles} may not ${inShort(check.denied)}; ${controls[0]?.message ?? ""}`);
}

const at = (place: string, space: Space): string =>
  place === space.namespace ? "" : place === "cluster" ? " in the whole cluster" : ` in namespace "${place}"`;

/** "create/update/patch pods, get nodes" */
function inShort(questions: readonly string[]): string {
  const verbs = Map.groupBy(questions, (it) => it.split(" ")[1] ?? "");
  return [...verbs].map(([name, all]) => `${all.map((it) => it.split(" ")[0]).join("/")} ${name}`).join(", ");
}

/** A "yes" to somebody, or the authorizer may be saying "no" to all. */
async function control(check: Asked, one: Identity, space: Space, asker: Asking): Promise<Verdict> {
  const wanted = check.allowed ?? "get pods";
  if (one.persona) {
    if (await asker.may(one, wanted, space.namespace)) return passed(`${one.title} may ${wanted}`);
    return failed(
      `${one.title} may not even ${wanted}: a refusal of everything proves nothing; run: npm run -s tenantry -- up`,
    );
  }
  if (await asker.may(one, KNOWN, "cluster")) return passed(`${one.title} may ask about itself`);
  // Somebody without credentials may nothing at all: there the same question gets its "yes" from whoever asks.
  const [question = wanted] = check.denied;
  return (await asker.may(ADMINISTRATOR, question, space.namespace))
    ? passed(`${ADMINISTRATOR.title} may`)
    : failed(`nobody may ${question}: a refusal of everything proves nothing`);
}
