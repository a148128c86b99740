import { audiences, rankOf } from '@guichet/contracts';
import { DomainError } from '@guichet/event-sourcing';
import { specification } from '@guichet/event-sourcing/testing';
import fc from 'fast-check';
import {
  categoriesDecider,
  type Categories,
  type CategoryCommand,
  type CategoryEvent,
  effectiveAudience,
  lineOf,
  maxCategories,
  maxDepth,
} from './categories.js';

const given = specification(categoriesDecider);
const at = '2026-03-02T09:00:00.000Z';
const created = (categoryId: string, parentId: string | null = null): CategoryEvent => ({
  type: 'CategoryCreated',
  data: { categoryId, parentId, place: 0, audience: 'public', at },
});
const archived = (categoryId: string): CategoryEvent => ({ type: 'CategoryArchived', data: { categoryId, at } });
const create = (categoryId: string, parentId: string | null = null): CategoryCommand => ({
  type: 'CreateCategory',
  data: { categoryId, parentId, place: 0, audience: 'public', locale: 'en', name: 'Payments', at },
});
const name = (categoryId: string, called = 'Payments'): CategoryCommand => ({
  type: 'NameCategory',
  data: { categoryId, locale: 'en', name: called, at },
});
const named = (categoryId: string): CategoryEvent => ({
  type: 'CategoryNamed',
  data: { categoryId, locale: 'en', name: 'Payments', at },
});
const place = (categoryId: string, parentId: string | null, at_ = 0): CategoryCommand => ({
  type: 'PlaceCategory',
  data: { categoryId, parentId, place: at_, at },
});
const open = (categoryId: string, audience: 'public' | 'agents' = 'agents'): CategoryCommand => ({
  type: 'ChangeCategoryAudience',
  data: { categoryId, audience, at },
});
const archive = (categoryId: string, articles = 0): CategoryCommand => ({
  type: 'ArchiveCategory',
  data: { categoryId, articles, at },
});
/** a → b → c → d */
const line = [created('a'), created('b', 'a'), created('c', 'b'), created('d', 'c')];

it('is created with a name, once', () => {
  given().when(create('a')).then(created('a'), named('a'));
  given(created('a')).when(create('a')).thenNothing();
});
it('is named, and has nothing to be named again', () => {
  given(created('a')).when(name('a')).then(named('a'));
  given(created('a'), named('a')).when(name('a')).thenNothing();
});
it('is placed elsewhere', () =>
  given(created('a'), created('b'))
    .when(place('b', 'a', 2))
    .then({ type: 'CategoryPlaced', data: { categoryId: 'b', parentId: 'a', place: 2, at } }));
it('has nothing to do where it is there already', () => {
  given(created('a')).when(place('a', null)).thenNothing();
  given(created('a')).when(open('a', 'public')).thenNothing();
  given(created('a'), archived('a')).when(archive('a')).thenNothing();
});
it.each([name('x'), place('x', null), open('x'), archive('x')])('is not there for %j', (command) =>
  given(created('a')).when(command).thenRefused('unknown-category'),
);
it.each([name('b'), place('b', null, 1), open('b'), place('a', 'b'), create('x', 'b')])(
  'is archived for %j',
  (command) => given(created('a'), created('b'), archived('b')).when(command).thenRefused('category-archived'),
);
it.each([create('x', 'nowhere'), place('a', 'nowhere')])('has no place below what is not there: %j', (command) =>
  given(created('a')).when(command).thenRefused('unknown-category'),
);
it('is never below itself', () => {
  given(...line)
    .when(place('a', 'a'))
    .thenRefused('category-cycle');
  given(...line)
    .when(place('a', 'c'))
    .thenRefused('category-cycle');
});
it(`has ${maxDepth} levels at most, counted with all that is below`, () => {
  given(...line)
    .when(create('x', 'd'))
    .thenRefused('category-too-deep');
  given(...line, created('x'), created('y', 'x'))
    .when(place('x', 'c'))
    .thenRefused('category-too-deep');
  given(...line, created('x'))
    .when(place('x', 'c'))
    .then({
      ...{ type: 'CategoryPlaced', data: { categoryId: 'x', parentId: 'c', place: 0, at } },
    });
});
it('is archived when nothing is in it', () => {
  given(created('a')).when(archive('a', 1)).thenRefused('category-not-empty');
  given(created('a'), created('b', 'a')).when(archive('a')).thenRefused('category-not-empty');
  given(created('a'), created('b', 'a'), archived('b')).when(archive('a')).then(archived('a'));
});
it('is one of a limited number', () => {
  const many = Array.from({ length: maxCategories }, (_, i) => created(`c${i}`));
  given(...many)
    .when(create('x'))
    .thenRefused('too-many-categories');
});

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
const anyId = fc.constantFrom(...ids);
const anyParent = fc.option(anyId);
const anyAudience = fc.constantFrom(...audiences);
const anyCommand: fc.Arbitrary<CategoryCommand> = fc.oneof(
  fc.record({ categoryId: anyId, parentId: anyParent, audience: anyAudience }).map((data) => ({
    ...{ type: 'CreateCategory' as const, data: { ...data, place: 0, locale: 'en', name: 'C', at } },
  })),
  fc
    .record({ categoryId: anyId, parentId: anyParent, place: fc.nat({ max: 2 }) })
    .map((data) => ({ type: 'PlaceCategory' as const, data: { ...data, at } })),
  fc
    .record({ categoryId: anyId, audience: anyAudience })
    .map((data) => ({ type: 'ChangeCategoryAudience' as const, data: { ...data, at } })),
  fc
    .record({ categoryId: anyId })
    .map((data) => ({ type: 'ArchiveCategory' as const, data: { ...data, articles: 0, at } })),
);

function after(commands: readonly CategoryCommand[]): Categories {
  return commands.reduce((categories, command) => {
    try {
      const events = categoriesDecider.decide(command, categories);
      return events.reduce((before, event) => categoriesDecider.evolve(before, event), categories);
    } catch (error) {
      if (error instanceof DomainError) return categories;
      throw error;
    }
  }, categoriesDecider.initial);
}

it('is a tree without circles, never too deep, whose audiences never widen downwards, whatever is asked', () =>
  fc.assert(
    fc.property(fc.array(anyCommand, { maxLength: 40 }), anyAudience, (commands, own) => {
      const categories = after(commands);
      for (const [id, { parentId, audience }] of categories) {
        const line = lineOf(categories, id);
        expect(new Set(line).size).toBe(line.length);
        expect(line.length).toBeLessThanOrEqual(maxDepth);
        const here = rankOf(effectiveAudience(categories, id, own));
        expect(here).toBeGreaterThanOrEqual(rankOf(effectiveAudience(categories, parentId, own)));
        expect(here).toBeGreaterThanOrEqual(rankOf(audience));
        expect(here).toBeGreaterThanOrEqual(rankOf(own));
      }
    }),
    { numRuns: 500 },
  ));
