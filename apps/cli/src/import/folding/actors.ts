/** Who did what a row tells. */
import type { PublicActor } from '@guichet/contracts';
import { compileCondition, type Situation, type Test } from '../mapping/conditions.js';
import { type ActorAlternative, many, type Mapping, type OneOrMany } from '../mapping/language.js';
import { compilePattern, compileValue, type Read, type Scope } from '../mapping/values.js';

/** Nobody is known: the import says it. */
export const theImport: PublicActor = { kind: 'import' };

export type FindActor = (situation: Situation) => PublicActor | undefined;
export type IsBot = (id: string) => boolean;

export function compileBots(bots: Mapping['bots'], scope: Scope): IsBot {
  const tests = many(bots).map((bot, index) => {
    if (typeof bot !== 'object') return (id: string) => id === String(bot);
    const pattern = compilePattern(bot.matches, `bots[${index}].matches`, scope);
    return (id: string) => pattern.test(id);
  });
  return (id) => tests.some((test) => test(id));
}

/** The first alternative that holds and whose person is known; undefined where none is. */
export function compileActor(
  actor: OneOrMany<ActorAlternative> | undefined,
  path: string,
  isBot: IsBot,
  scope: Scope,
): FindActor {
  const alternatives = many(actor).map((one, index) =>
    compileAlternative(one, Array.isArray(actor) ? `${path}[${index}]` : path, scope),
  );
  return (situation) => {
    for (const { kind, id, holds } of alternatives) {
      const found = holds(situation) ? id(situation.row.cells) : undefined;
      if (found !== undefined) return { kind: isBot(found) ? 'bot' : kind, id: found };
    }
    return undefined;
  };
}

function compileAlternative(
  { when, agent, requester, bot }: ActorAlternative,
  path: string,
  scope: Scope,
): { kind: PublicActor['kind']; id: Read; holds: Test } {
  const holds = compileCondition(when, `${path}.when`, scope);
  if (agent !== undefined) return { kind: 'agent', id: compileValue(agent, `${path}.agent`, scope), holds };
  if (requester !== undefined)
    return { kind: 'requester', id: compileValue(requester, `${path}.requester`, scope), holds };
  return { kind: 'bot', id: compileValue(bot ?? { value: 'bot' }, `${path}.bot`, scope), holds };
}
