import { specification } from '@guichet/event-sourcing/testing';
import { personalDataIn } from '@guichet/contracts';
import fc from 'fast-check';
import type { Acting } from './acting.js';
import { editWindowHours, maxEditions, maxPosts, type TopicCommand, topicDecider } from './decide.js';
import { maxLine } from './merging.js';
import { evolve, printOf, type Topic } from './topic.js';
import { type DataOf, textEvents, type TopicEvent } from './topic-events.js';

const given = specification(topicDecider);
const at = '2026-03-02T09:00:00.000Z';
const later = (hours: number) => new Date(Date.parse(at) + hours * 3_600_000).toISOString();
const id = (n: number) => `0f0e5f0a-8d5c-4a52-9f0e-${String(n).padStart(12, '0')}`;
const topicId = id(1);
const [answerId, otherId, thirdId] = [id(2), id(3), id(4)];
const [ada, ben, cleo] = [id(11), id(12), id(13)];
const categoryId = id(21);

const member = (memberId: string, level: Acting['level'] = 1): Acting => ({ memberId, level, isModerator: false });
const moderator: Acting = { memberId: null, level: 0, isModerator: true };
const [author, answerer, other, elder] = [member(ada), member(ben), member(cleo), member(cleo, 4)];

const starting = (change: Partial<DataOf<'TopicStarted'>> = {}): DataOf<'TopicStarted'> => ({
  ...{ topicId, postId: topicId, number: 7, categoryId, kind: 'question', locale: 'en', memberId: ada, at },
  ...{ title: 'How?', body: 'I do not know how.', official: false, held: false, ...change },
});
const started = (change: Partial<DataOf<'TopicStarted'>> = {}): TopicEvent => ({
  type: 'TopicStarted',
  data: starting(change),
});
const adding = (postId: string, change: Partial<DataOf<'PostAdded'>> = {}): DataOf<'PostAdded'> => ({
  ...{ topicId, postId, memberId: ben, body: 'Like this.', official: false, held: false, at, ...change },
});
const added = (postId = answerId, change: Partial<DataOf<'PostAdded'>> = {}): TopicEvent => ({
  type: 'PostAdded',
  data: adding(postId, change),
});
const ofPost = (postId: string) => ({ topicId, postId, at });
const hidden = (postId: string): TopicEvent => ({ type: 'PostHidden', data: { ...ofPost(postId), reviewId: postId } });
const removed = (postId: string): TopicEvent => ({ type: 'PostRemovedByAuthor', data: ofPost(postId) });
const accepted = (postId = answerId, by: 'author' | 'moderator' = 'author'): TopicEvent => ({
  type: 'AnswerAccepted',
  data: { ...ofPost(postId), by },
});
const unaccepted = (postId: string, why: DataOf<'AnswerUnaccepted'>['why']): TopicEvent => ({
  type: 'AnswerUnaccepted',
  data: { ...ofPost(postId), why },
});
const locked: TopicEvent = { type: 'TopicLocked', data: { topicId, at } };
const merged: TopicEvent = { type: 'TopicMerged', data: { topicId, intoTopicId: id(5), at } };

const add = (postId: string, change: Partial<DataOf<'PostAdded'>> = {}, isModerator = false): TopicCommand => ({
  type: 'AddPost',
  data: { ...adding(postId, change), isModerator },
});
const edit = (by: Acting, postId: string, change: object = {}): TopicCommand => ({
  type: 'EditPost',
  data: { ...ofPost(postId), by, body: 'Otherwise.', held: false, ...change },
});
const remove = (by: Acting, postId: string): TopicCommand => ({ type: 'RemovePost', data: { ...ofPost(postId), by } });
const accept = (by: Acting, postId: string, maxAccepted = 1): TopicCommand => ({
  type: 'AcceptAnswer',
  data: { ...ofPost(postId), by, maxAccepted },
});
const unaccept = (by: Acting, postId: string): TopicCommand => ({
  type: 'UnacceptAnswer',
  data: { ...ofPost(postId), by, why: 'withdrawn' },
});
const doubt = (by: Acting, postId: string): TopicCommand => ({ type: 'DoubtAnswer', data: { ...ofPost(postId), by } });
const merge = (by: Acting, intoTopicId: string, line: readonly string[], isSameAudience = true): TopicCommand => ({
  type: 'MergeTopic',
  data: { topicId, intoTopicId, at, by, line, isSameAudience },
});
const move = (by: Acting, isSameAudience = true, to = id(22)): TopicCommand => ({
  type: 'MoveTopic',
  data: { topicId, at, by, categoryId: to, isSameAudience },
});
const plain = (type: 'LockTopic' | 'UnlockTopic' | 'PinTopic' | 'UnpinTopic' | 'UnmergeTopic', by: Acting) =>
  ({ type, data: { topicId, at, by } }) as TopicCommand;
const retitle = (by: Acting, title = 'How not?'): TopicCommand => ({
  type: 'RetitleTopic',
  data: { topicId, at, by, title },
});
const translate = (by: Acting, locale = 'fr'): TopicCommand => ({
  type: 'CorrectLanguage',
  data: { topicId, at, by, locale },
});

it('begins once', () => {
  const start = { type: 'StartTopic', data: starting() } as const;
  given().when(start).then(started());
  given(started()).when(start).thenNothing();
});
it.each([
  ...[add(answerId), edit(author, topicId), remove(author, topicId), accept(author, answerId), move(moderator)],
  ...[unaccept(author, answerId), doubt(other, answerId), merge(moderator, id(5), [id(5)]), retitle(author)],
  ...[plain('LockTopic', moderator), plain('UnmergeTopic', moderator), translate(author)],
])('is not there for %j before', (command) => given().when(command).thenRefused('unknown-topic'));

describe('a post', () => {
  it('is added once', () => {
    given(started()).when(add(answerId)).then(added());
    given(started(), added()).when(add(answerId)).thenNothing();
  });
  it('is taken by an open topic, and by moderators by a locked one too', () => {
    given(started(), locked).when(add(answerId)).thenRefused('topic-locked');
    given(started(), merged).when(add(answerId)).thenRefused('topic-locked');
    given(started(), locked)
      .when(add(answerId, {}, true))
      .then(added());
    given(started(), locked, { type: 'TopicUnlocked', data: { topicId, at } }).when(add(answerId)).then(added());
  });
  it('is not taken by a topic that readers do not see', () => {
    given(started({ held: true }))
      .when(add(answerId))
      .thenRefused('unknown-topic');
    given(started(), hidden(topicId)).when(add(answerId)).thenRefused('unknown-topic');
    given(started({ held: true }), { type: 'PostReleased', data: ofPost(topicId) })
      .when(add(answerId))
      .then(added());
  });
  it('answers a post that readers see', () => {
    const reply = add(otherId, { replyTo: answerId });
    given(started(), added())
      .when(reply)
      .then(added(otherId, { replyTo: answerId }));
    given(started()).when(reply).thenRefused('unknown-post');
    given(started(), added(), removed(answerId)).when(reply).thenRefused('unknown-post');
  });
  it(`is one of ${maxPosts} at most`, () => {
    const many = Array.from({ length: maxPosts - 1 }, (_, i) => added(id(1000 + i)));
    given(started(), ...many)
      .when(add(answerId))
      .thenRefused('topic-full');
    given(started(), ...many.slice(1))
      .when(add(answerId))
      .then(added());
  });
  it('is changed by who wrote it and by moderators', () => {
    const edited = (byModerator: boolean, edition = 2): TopicEvent => ({
      type: 'PostEdited',
      data: { ...ofPost(answerId), memberId: ben, edition, body: 'Otherwise.', byModerator, held: false },
    });
    given(started(), added()).when(edit(answerer, answerId)).then(edited(false));
    given(started(), added()).when(edit(moderator, answerId)).then(edited(true));
    given(started(), added(), edited(false))
      .when(edit(answerer, answerId, { edition: 2 }))
      .thenNothing();
    given(started(), added()).when(edit(author, answerId)).thenRefused('not-allowed');
    given(started(), added())
      .when(edit(answerer, answerId, { edition: 2 }))
      .thenRefused('stale-version');
    given(started(), added()).when(edit(answerer, otherId)).thenRefused('unknown-post');
    given(started(), added(), locked).when(edit(answerer, answerId)).thenRefused('topic-locked');
    given(started(), added(), removed(answerId)).when(edit(answerer, answerId)).thenRefused('unknown-post');
    given(started(), added(), hidden(answerId)).when(edit(answerer, answerId)).thenRefused('post-hidden');
    given(started(), added(), hidden(answerId)).when(edit(moderator, answerId)).then(edited(true));
    const many: TopicEvent = edited(false, maxEditions);
    given(started(), added(), many)
      .when(edit(answerer, answerId, { body: 'Again.' }))
      .thenRefused('too-many-editions');
  });
  it('is changed by a newcomer for a day', () => {
    const late = { at: later(editWindowHours + 0.001) };
    given(started(), added())
      .when(edit(member(ben, 0), answerId, late))
      .thenRefused('edit-window-over');
    const inTime = { at: later(editWindowHours) };
    for (const command of [edit(answerer, answerId, late), edit(member(ben, 0), answerId, inTime)])
      expect(topicDecider.decide(command, fold(started(), added())).map(({ type }) => type)).toEqual(['PostEdited']);
  });
  it('is held where its new text says so, and answers nothing then', () => {
    const decided = topicDecider.decide(edit(answerer, answerId, { held: true }), fold(started(), added(), accepted()));
    expect(decided.map(({ type }) => type)).toEqual(['PostEdited', 'AnswerUnaccepted']);
    const after = decided.reduce(evolve, fold(started(), added(), accepted()));
    expect(after.posts.get(answerId)?.state).toBe('held');
  });
  it('is taken back by who wrote it', () => {
    given(started(), added()).when(remove(answerer, answerId)).then(removed(answerId));
    given(started(), added(), removed(answerId)).when(remove(answerer, answerId)).thenNothing();
    given(started(), added()).when(remove(moderator, answerId)).thenRefused('not-allowed');
    given(started(), added()).when(remove(author, topicId)).thenRefused('has-answers');
    given(started(), added(answerId, { held: true }))
      .when(remove(author, topicId))
      .then(removed(topicId));
    given(started(), added(), accepted())
      .when(remove(answerer, answerId))
      .then(removed(answerId), unaccepted(answerId, 'not-visible'));
  });
  it('is released, hidden and restored, each once', () => {
    const release = { type: 'ReleasePost', data: ofPost(answerId) } as const;
    const restore = { type: 'RestorePost', data: ofPost(answerId) } as const;
    const hide = { type: 'HidePost', data: { ...ofPost(answerId), reviewId: answerId } } as const;
    given(started(), added(answerId, { held: true }))
      .when(release)
      .then({ ...release, type: 'PostReleased' });
    given(started(), added()).when(release).thenNothing();
    given(started(), added()).when(restore).thenNothing();
    given(started(), added()).when(hide).then(hidden(answerId));
    given(started(), added(), hidden(answerId)).when(hide).thenNothing();
    given(started(), added(), removed(answerId)).when(hide).thenNothing();
    given(started(), added(), hidden(answerId))
      .when(restore)
      .then({ ...restore, type: 'PostRestored' });
    given(started(), added(), accepted()).when(hide).then(hidden(answerId), unaccepted(answerId, 'not-visible'));
    given(started()).when(hide).thenRefused('unknown-post');
  });
});

describe('an answer', () => {
  const answered = [started(), added(), added(otherId), added(thirdId)];
  it('is accepted by who asked, moderators and members of level 4', () => {
    given(...answered)
      .when(accept(author, answerId))
      .then(accepted());
    given(...answered)
      .when(accept(moderator, answerId))
      .then(accepted(answerId, 'moderator'));
    given(...answered)
      .when(accept(elder, answerId))
      .then(accepted(answerId, 'moderator'));
    given(...answered)
      .when(accept(member(cleo, 3), answerId))
      .thenRefused('not-allowed');
    given(...answered, accepted())
      .when(accept(author, answerId))
      .thenNothing();
  });
  it('is a post that readers see, of a question, and not the question', () => {
    given(...answered)
      .when(accept(author, topicId))
      .thenRefused('not-an-answer');
    given(started({ kind: 'idea' }), added())
      .when(accept(author, answerId))
      .thenRefused('not-an-answer');
    given(...answered, hidden(answerId))
      .when(accept(author, answerId))
      .thenRefused('answer-not-visible');
    given(started(), added(answerId, { held: true }))
      .when(accept(author, answerId))
      .thenRefused('answer-not-visible');
    given(started()).when(accept(author, answerId)).thenRefused('unknown-post');
  });
  it('takes the place of the one before, or stands beside it', () => {
    given(...answered, accepted())
      .when(accept(author, otherId))
      .then(unaccepted(answerId, 'replaced'), accepted(otherId));
    given(...answered, accepted())
      .when(accept(author, otherId, 2))
      .then(accepted(otherId));
    given(...answered, accepted(), accepted(otherId))
      .when(accept(author, thirdId, 2))
      .thenRefused('too-many-accepted');
  });
  it('is taken back', () => {
    given(...answered, accepted())
      .when(unaccept(author, answerId))
      .then(unaccepted(answerId, 'withdrawn'));
    given(...answered)
      .when(unaccept(author, answerId))
      .thenNothing();
    given(...answered, accepted())
      .when(unaccept(other, answerId))
      .thenRefused('not-allowed');
  });
  it('is doubted by each member once, as long as it is accepted', () => {
    const doubted: TopicEvent = { type: 'AnswerDoubted', data: { ...ofPost(answerId), memberId: cleo } };
    given(...answered, accepted())
      .when(doubt(other, answerId))
      .then(doubted);
    given(...answered, accepted(), doubted)
      .when(doubt(other, answerId))
      .thenNothing();
    given(...answered, accepted(), doubted, unaccepted(answerId, 'withdrawn'), accepted())
      .when(doubt(other, answerId))
      .then(doubted);
    given(...answered)
      .when(doubt(other, answerId))
      .thenRefused('not-an-answer');
    given(...answered, accepted())
      .when(doubt(answerer, answerId))
      .thenRefused('own-post');
    given(...answered, accepted())
      .when(doubt(moderator, answerId))
      .thenRefused('not-allowed');
    given(...answered, hidden(answerId))
      .when(doubt(other, answerId))
      .thenRefused('unknown-post');
  });
});

describe('a topic', () => {
  it.each([
    ['LockTopic', 'UnlockTopic', 'TopicLocked', 'TopicUnlocked'],
    ['PinTopic', 'UnpinTopic', 'TopicPinned', 'TopicUnpinned'],
  ] as const)('is changed by %s and back by %s', (on, off, isOn, isOff) => {
    const [set, unset] = [
      { type: isOn, data: { topicId, at } } as const,
      { type: isOff, data: { topicId, at } } as const,
    ];
    given(started()).when(plain(on, moderator)).then(set);
    given(started()).when(plain(on, elder)).then(set);
    given(started(), set).when(plain(on, moderator)).thenNothing();
    given(started(), set).when(plain(off, moderator)).then(unset);
    given(started()).when(plain(off, moderator)).thenNothing();
    for (const type of [on, off])
      given(started())
        .when(plain(type, member(cleo, 3)))
        .thenRefused('not-allowed');
  });
  it('is retitled, and put into its language, by who began it and trusted members', () => {
    const retitled: TopicEvent = { type: 'TopicRetitled', data: { topicId, memberId: ada, title: 'How not?', at } };
    const corrected: TopicEvent = { type: 'TopicLanguageCorrected', data: { topicId, locale: 'fr', at } };
    for (const by of [author, member(cleo, 3), moderator]) {
      given(started()).when(retitle(by)).then(retitled);
      given(started()).when(translate(by)).then(corrected);
    }
    given(started(), retitled).when(retitle(author)).thenNothing();
    given(started(), corrected).when(translate(author)).thenNothing();
    for (const command of [retitle(member(cleo, 2)), translate(member(cleo, 2))])
      given(started()).when(command).thenRefused('not-allowed');
  });
  it('is moved to where the same people read', () => {
    const moved: TopicEvent = {
      type: 'TopicMoved',
      data: { topicId, fromCategoryId: categoryId, categoryId: id(22), at },
    };
    given(started())
      .when(move(member(cleo, 3)))
      .then(moved);
    given(started()).when(move(moderator, false)).thenRefused('other-audience');
    given(started(), moved).when(move(moderator)).thenNothing();
    given(started()).when(move(author)).thenRefused('not-allowed');
  });
  it('is merged into another, and never in a circle', () => {
    const into = id(5);
    given(started())
      .when(merge(elder, into, [into]))
      .then(merged);
    given(started(), merged)
      .when(merge(moderator, into, [into]))
      .thenNothing();
    given(started())
      .when(merge(moderator, topicId, [topicId]))
      .thenRefused('merge-into-itself');
    given(started())
      .when(merge(moderator, into, [into, id(6), topicId]))
      .thenRefused('merge-cycle');
    given(started())
      .when(merge(moderator, into, []))
      .thenRefused('unknown-topic');
    given(started())
      .when(merge(moderator, into, [into], false))
      .thenRefused('other-audience');
    given(started(), merged)
      .when(merge(moderator, id(6), [id(6)]))
      .thenRefused('already-merged');
    const long = [into, ...Array.from({ length: maxLine - 1 }, (_, i) => id(2000 + i))];
    given(started())
      .when(merge(moderator, into, long))
      .thenRefused('merge-too-deep');
    given(started())
      .when(merge(member(cleo, 3), into, [into]))
      .thenRefused('not-allowed');
    const unmerged: TopicEvent = { type: 'TopicUnmerged', data: { topicId, fromTopicId: into, at } };
    given(started(), merged).when(plain('UnmergeTopic', elder)).then(unmerged);
    given(started(), merged, unmerged).when(plain('UnmergeTopic', elder)).thenNothing();
    given(started()).when(plain('UnmergeTopic', author)).thenRefused('not-allowed');
  });
});

it('marks what people wrote, beside who wrote it', () => {
  expect(Object.values(textEvents).map((schema) => personalDataIn(schema))).toEqual([
    ['/title', '/body'],
    ['/body'],
    ['/body', '/reason'],
    ['/title'],
  ]);
  for (const { properties } of Object.values(textEvents)) expect(properties).toHaveProperty('memberId');
});

it('reads a text that was erased as none', () => expect(printOf(undefined)).toBe(printOf('')));

const fold = (...events: readonly TopicEvent[]): Topic => events.reduce(evolve, topicDecider.initial);

describe('whatever is done to it', () => {
  const posts = fc.constantFrom(topicId, answerId, otherId, thirdId);
  const actors = fc.constantFrom(author, answerer, other, elder, moderator);
  const commands: fc.Arbitrary<TopicCommand> = fc.oneof(
    fc.tuple(posts, fc.boolean()).map(([postId, held]) => add(postId, { held }, true)),
    fc
      .tuple(actors, posts, fc.boolean(), fc.string())
      .map(([by, postId, held, body]) => edit(by, postId, { held, body })),
    fc.tuple(actors, posts).map(([by, postId]) => remove(by, postId)),
    fc.tuple(actors, posts, fc.constantFrom(1, 2, 3)).map(([by, postId, max]) => accept(by, postId, max)),
    fc.tuple(actors, posts).map(([by, postId]) => unaccept(by, postId)),
    fc.tuple(actors, posts).map(([by, postId]) => doubt(by, postId)),
    posts.map((postId): TopicCommand => ({ type: 'ReleasePost', data: ofPost(postId) })),
    posts.map((postId): TopicCommand => ({ type: 'HidePost', data: { ...ofPost(postId), reviewId: postId } })),
    posts.map((postId): TopicCommand => ({ type: 'RestorePost', data: ofPost(postId) })),
  );
  /** What a refusal leaves is what was before. */
  const does = (command: TopicCommand, topic: Topic): readonly TopicEvent[] => {
    try {
      return topicDecider.decide(command, topic);
    } catch (error) {
      expect(error).toHaveProperty('code');
      return [];
    }
  };
  const after = (topic: Topic, command: TopicCommand): Topic => does(command, topic).reduce(evolve, topic);

  it('has accepted answers that readers see, at most three, none of them its first post, each once', () => {
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 60, size: 'max' }), (all) => {
        let topic = fold(started());
        for (const command of all) {
          topic = after(topic, command);
          const { accepted: ids, posts: of, firstPostId } = topic;
          expect(ids.every((postId) => of.get(postId)?.state === 'visible' && postId !== firstPostId)).toBe(true);
          expect(new Set(ids).size).toBe(ids.length);
          expect(ids.length).toBeLessThanOrEqual(3);
        }
      }),
    );
  });
  it('does nothing when the same is asked at once again', () => {
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 40, size: 'max' }), commands, (before, command) => {
        expect(does(command, after(before.reduce(after, fold(started())), command))).toEqual([]);
      }),
    );
  });
});
