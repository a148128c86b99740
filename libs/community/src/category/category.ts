/** A Category of the forum: what it is called, who reads what is in it, who keeps order there. Pure. */
import type { Audience } from '@guichet/contracts';
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from '@guichet/event-sourcing';

/** Categories of a tenant at most, archived ones included. */
export const maxCategories = 500;
/** Languages that a category has a name in at most. */
export const maxNames = 100;
/** Moderators of one category at most. */
export const maxModerators = 100;

type OfOne = { readonly categoryId: string; readonly at: string };
type Placing = OfOne & { readonly place: number };
type Naming = OfOne & { readonly locale: string; readonly name: string };
type Opening = OfOne & { readonly audience: Audience };
type Moderating = OfOne & { readonly personId: string; readonly moderates: boolean };

// Facts, stored for ever: add optional fields; never rename, never remove.
export type CategoryEvent =
  | DomainEvent<'ForumCategoryCreated', Placing & Opening>
  | DomainEvent<'ForumCategoryNamed', Naming>
  | DomainEvent<'ForumCategoryPlaced', Placing>
  | DomainEvent<'ForumCategoryAudienceChanged', Opening>
  | DomainEvent<'ForumCategoryArchived', OfOne>
  | DomainEvent<'ForumCategoryReopened', OfOne>
  /** Private: it names a person, by the `sub` of their token. */
  | DomainEvent<'ModeratorSet', Moderating>;

export type CategoryCommand =
  /** `categories`: how many there are, as the read model has them. */
  | DomainCommand<'CreateForumCategory', Placing & Opening & Naming & { readonly categories: number }>
  | DomainCommand<'NameForumCategory', Naming>
  | DomainCommand<'PlaceForumCategory', Placing>
  | DomainCommand<'ChangeForumCategoryAudience', Opening>
  | DomainCommand<'ArchiveForumCategory', OfOne>
  | DomainCommand<'ReopenForumCategory', OfOne>
  | DomainCommand<'SetModerator', Moderating>;

export interface Category {
  readonly isThere: boolean;
  readonly isArchived: boolean;
  readonly place: number;
  readonly audience: Audience;
  readonly names: ReadonlyMap<string, string>;
  readonly moderators: ReadonlySet<string>;
}

const initial: Category = {
  ...{ isThere: false, isArchived: false, place: 0, audience: 'public' },
  ...{ names: new Map<string, string>(), moderators: new Set<string>() },
};

const evolve = (category: Category, { type, data }: CategoryEvent): Category => {
  switch (type) {
    case 'ForumCategoryCreated':
      return { ...category, isThere: true, place: data.place, audience: data.audience };
    case 'ForumCategoryNamed':
      return { ...category, names: new Map(category.names).set(data.locale, data.name) };
    case 'ForumCategoryPlaced':
      return { ...category, place: data.place };
    case 'ForumCategoryAudienceChanged':
      return { ...category, audience: data.audience };
    case 'ForumCategoryArchived':
      return { ...category, isArchived: true };
    case 'ForumCategoryReopened':
      return { ...category, isArchived: false };
    case 'ModeratorSet': {
      const others = [...category.moderators].filter((id) => id !== data.personId);
      return { ...category, moderators: new Set(data.moderates ? [...others, data.personId] : others) };
    }
  }
};

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = ({ type, data }: CategoryCommand, category: Category): readonly CategoryEvent[] => {
  if (type === 'CreateForumCategory') return create(data, category);
  if (!category.isThere) throw unknownCategory('unknown');
  switch (type) {
    case 'NameForumCategory':
      if (category.names.get(data.locale) === data.name) return [];
      if (!category.names.has(data.locale)) mustHaveRoom(category.names.size, maxNames, 'too-many-names', 'names');
      return [{ type: 'ForumCategoryNamed', data }];
    case 'PlaceForumCategory':
      return category.place === data.place ? [] : [{ type: 'ForumCategoryPlaced', data }];
    case 'ChangeForumCategoryAudience':
      return category.audience === data.audience ? [] : [{ type: 'ForumCategoryAudienceChanged', data }];
    case 'ArchiveForumCategory':
      return category.isArchived ? [] : [{ type: 'ForumCategoryArchived', data }];
    case 'ReopenForumCategory':
      return category.isArchived ? [{ type: 'ForumCategoryReopened', data }] : [];
    case 'SetModerator':
      if (category.moderators.has(data.personId) === data.moderates) return [];
      if (data.moderates)
        mustHaveRoom(category.moderators.size, maxModerators, 'too-many-moderators', 'moderators of its own');
      return [{ type: 'ModeratorSet', data }];
  }
};

function create(
  { categories, locale, name, ...creation }: Extract<CategoryCommand, { type: 'CreateForumCategory' }>['data'],
  { isThere }: Category,
): CategoryEvent[] {
  if (isThere) return [];
  const { categoryId, at } = creation;
  if (categories >= maxCategories) {
    const words = `There are ${maxCategories} categories already, which is the most there can be.`;
    throw new DomainError('too-many-categories', words, { max: maxCategories });
  }
  return [
    { type: 'ForumCategoryCreated', data: creation },
    { type: 'ForumCategoryNamed', data: { categoryId, locale, name, at } },
  ];
}

function mustHaveRoom(size: number, max: number, code: string, things: string): void {
  if (size >= max) throw new DomainError(code, `A category has ${max} ${things} at most.`, { max });
}

/** @throws DomainError 422 `unknown-category`, `category-closed`: no topic can be put there */
export function mustTakeTopics({ isThere, isArchived }: Pick<Category, 'isThere' | 'isArchived'>): void {
  if (!isThere) throw unknownCategory('invalid');
  if (isArchived)
    throw new DomainError('category-closed', 'The category takes no more topics. Name another one.', {}, 'invalid');
}

export const unknownCategory = (kind: 'unknown' | 'invalid'): DomainError =>
  new DomainError('unknown-category', 'There is no such category.', {}, kind);

export const categoryDecider: Decider<Category, CategoryCommand, CategoryEvent> = {
  category: 'category',
  initial,
  evolve,
  decide,
};
