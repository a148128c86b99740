/**
 * The Categories of a tenant: one tree, one stream, so that what holds for the tree is decided where the tree is known.
 * Pure: no Nest, no database, no clock.
 */
import { type Audience, strictest } from '@guichet/contracts';
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from '@guichet/event-sourcing';

/** Levels of the tree at most. */
export const maxDepth = 4;
/** Categories of a tenant at most, archived ones included. */
export const maxCategories = 2_000;

interface Placing {
  readonly categoryId: string;
  /** null: at the top. */
  readonly parentId: string | null;
  /** Its order among those of the same parent. */
  readonly place: number;
  readonly at: string;
}
interface Naming {
  readonly categoryId: string;
  readonly locale: string;
  readonly name: string;
  readonly at: string;
}
type Creation = Placing & { readonly audience: Audience };
type OfOne = { readonly categoryId: string; readonly at: string };

// Facts, stored for ever: add optional fields; never rename, never remove.
export type CategoryEvent =
  | DomainEvent<'CategoryCreated', Creation>
  | DomainEvent<'CategoryNamed', Naming>
  | DomainEvent<'CategoryPlaced', Placing>
  | DomainEvent<'CategoryAudienceChanged', OfOne & { readonly audience: Audience }>
  | DomainEvent<'CategoryArchived', OfOne>;

export type CategoryCommand =
  | DomainCommand<'CreateCategory', Creation & Pick<Naming, 'locale' | 'name'>>
  | DomainCommand<'NameCategory', Naming>
  | DomainCommand<'PlaceCategory', Placing>
  | DomainCommand<'ChangeCategoryAudience', OfOne & { readonly audience: Audience }>
  /** `articles`: those in it that are not archived, as the read model has them. */
  | DomainCommand<'ArchiveCategory', OfOne & { readonly articles: number }>;

export interface Category {
  readonly parentId: string | null;
  readonly place: number;
  readonly audience: Audience;
  readonly isArchived: boolean;
  readonly names: Readonly<Record<string, string>>;
}

export type Categories = ReadonlyMap<string, Category>;

const evolve = (categories: Categories, { type, data }: CategoryEvent): Categories => {
  const { categoryId } = data;
  const changed = (change: Partial<Category>): Categories => {
    const before = categories.get(categoryId);
    return before === undefined ? categories : new Map(categories).set(categoryId, { ...before, ...change });
  };
  switch (type) {
    case 'CategoryCreated': {
      const { parentId, place, audience } = data;
      return new Map(categories).set(categoryId, { parentId, place, audience, isArchived: false, names: {} });
    }
    case 'CategoryNamed':
      return changed({ names: { ...categories.get(categoryId)?.names, [data.locale]: data.name } });
    case 'CategoryPlaced':
      return changed({ parentId: data.parentId, place: data.place });
    case 'CategoryAudienceChanged':
      return changed({ audience: data.audience });
    case 'CategoryArchived':
      return changed({ isArchived: true });
  }
};

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = (command: CategoryCommand, categories: Categories): readonly CategoryEvent[] => {
  if (command.type === 'CreateCategory') return create(command.data, categories);
  const { type, data } = command;
  const category = categories.get(data.categoryId);
  if (category === undefined) throw unknownCategory(data.categoryId, 'unknown');
  if (type === 'ArchiveCategory') return archive(data, category, categories);
  if (category.isArchived) throw categoryArchived(data.categoryId);
  switch (type) {
    case 'NameCategory':
      return category.names[data.locale] === data.name ? [] : [{ type: 'CategoryNamed', data }];
    case 'PlaceCategory': {
      if (category.parentId === data.parentId && category.place === data.place) return [];
      mustFit(data, categories);
      return [{ type: 'CategoryPlaced', data }];
    }
    case 'ChangeCategoryAudience':
      return category.audience === data.audience ? [] : [{ type: 'CategoryAudienceChanged', data }];
  }
};

type DataOf<Type extends CategoryCommand['type']> = Extract<CategoryCommand, { type: Type }>['data'];

function create({ locale, name, ...creation }: DataOf<'CreateCategory'>, categories: Categories): CategoryEvent[] {
  const { categoryId, at } = creation;
  if (categories.has(categoryId)) return [];
  if (categories.size >= maxCategories) {
    const words = `There are ${maxCategories} categories already, which is the most there can be.`;
    throw new DomainError('too-many-categories', words, { max: maxCategories });
  }
  mustFit(creation, categories);
  return [
    { type: 'CategoryCreated', data: creation },
    { type: 'CategoryNamed', data: { categoryId, locale, name, at } },
  ];
}

function archive(
  { articles, ...data }: DataOf<'ArchiveCategory'>,
  { isArchived }: Category,
  categories: Categories,
): CategoryEvent[] {
  if (isArchived) return [];
  const subcategories = childrenOf(categories, data.categoryId).filter((id) => !categories.get(id)?.isArchived).length;
  if (articles + subcategories > 0) {
    const words = 'The category is not empty: move or archive what is in it first.';
    throw new DomainError('category-not-empty', words, { articles, subcategories });
  }
  return [{ type: 'CategoryArchived', data }];
}

/** Whether the category, with all below it, can be where it is to be. */
function mustFit({ categoryId, parentId }: Placing, categories: Categories): void {
  if (parentId === null) return mustNotBeTooDeep(heightOf(categories, categoryId));
  mustTakeMore(categories, parentId);
  const above = lineOf(categories, parentId);
  if (above.includes(categoryId)) {
    const words = 'A category cannot be below itself.';
    throw new DomainError('category-cycle', words, { categoryId, parentId });
  }
  mustNotBeTooDeep(above.length + heightOf(categories, categoryId));
}

function mustNotBeTooDeep(levels: number): void {
  if (levels <= maxDepth) return;
  const words = `The tree would have ${levels} levels: ${maxDepth} are the most.`;
  throw new DomainError('category-too-deep', words, { levels, max: maxDepth });
}

/** @throws DomainError `unknown-category` or `category-archived` (422): nothing can be put there */
export function mustTakeMore(categories: Categories, categoryId: string): void {
  const category = categories.get(categoryId);
  if (category === undefined) throw unknownCategory(categoryId, 'invalid');
  if (category.isArchived) throw categoryArchived(categoryId, 'invalid');
}

/** The category and all above it, from the bottom. Empty for null, and for a category that is not there. */
export function lineOf(categories: Categories, categoryId: string | null): readonly string[] {
  const line: string[] = [];
  for (let id = categoryId; id !== null && categories.has(id); id = categories.get(id)?.parentId ?? null) line.push(id);
  return line;
}

/** The strictest of its own audience and those of the category and all above it. */
export const effectiveAudience = (categories: Categories, categoryId: string | null, own: Audience): Audience =>
  strictest(own, ...lineOf(categories, categoryId).map((id) => categories.get(id)?.audience ?? own));

const childrenOf = (categories: Categories, parentId: string): readonly string[] =>
  [...categories].filter(([, category]) => category.parentId === parentId).map(([id]) => id);

/** Levels from the category down, itself included. */
const heightOf = (categories: Categories, categoryId: string): number =>
  1 + Math.max(0, ...childrenOf(categories, categoryId).map((id) => heightOf(categories, id)));

function unknownCategory(categoryId: string, kind: 'unknown' | 'invalid'): DomainError {
  return new DomainError('unknown-category', 'There is no such category.', { categoryId }, kind);
}

function categoryArchived(categoryId: string, kind: 'refused' | 'invalid' = 'refused'): DomainError {
  return new DomainError('category-archived', 'The category is archived. Name another one.', { categoryId }, kind);
}

export const categoriesDecider: Decider<Categories, CategoryCommand, CategoryEvent> = {
  category: 'categories',
  initial: new Map(),
  evolve,
  decide,
};
