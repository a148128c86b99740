import { demoPeople } from '@guichet/identity';
import { francAll } from 'franc-min';
import { demoForum, forumLocales } from './demo-forum.js';
import { type DemoForum, type ForumTopic, inTurn } from './forum.js';

let forum: DemoForum;
let writers: ReadonlySet<string>;
beforeAll(async () => {
  forum = await demoForum();
  writers = new Set([...forum.members, ...forum.agents].map(({ handle }) => handle));
});

const postsOf = ({ posts = [] }: ForumTopic) => posts;
const saidIn = (topic: ForumTopic) => [topic, ...postsOf(topic)];
const repeated = (names: readonly string[]) => names.filter((name, at) => names.indexOf(name) !== at);
const keysOf = (of: DemoForum) => new Set(of.categories.map(({ key }) => key));

it('has topics in each language, and something of every kind', () => {
  const { topics } = forum;
  for (const locale of forumLocales)
    expect(topics.filter((topic) => topic.locale === locale).length).toBeGreaterThanOrEqual(4);
  const acceptedIn = (topic: ForumTopic) => postsOf(topic).filter(({ accepted }) => accepted).length;
  const count = (has: (topic: ForumTopic) => unknown) => topics.filter(has).length;
  expect({
    unanswered: count((topic) => postsOf(topic).length === 0) >= 3,
    solved: count((topic) => acceptedIn(topic) === 1) >= 5,
    replaced: count((topic) => acceptedIn(topic) > 1) >= 1,
    merged: count(({ merged }) => merged) >= 1,
    locked: count(({ locked }) => locked) >= 1,
    pinned: count(({ pinned }) => pinned) >= 1,
    ideas: count(({ kind }) => kind === 'idea') >= 1,
    discussions: count(({ kind }) => kind === 'discussion') >= 1,
  }).toEqual(
    Object.fromEntries(
      'unanswered solved replaced merged locked pinned ideas discussions'.split(' ').map((name) => [name, true]),
    ),
  );
});

it('calls no two things the same', () => {
  const { members, agents, categories, topics } = forum;
  expect(repeated([...members, ...agents].map(({ handle }) => handle.toLowerCase()))).toEqual([]);
  expect(repeated(categories.map(({ key }) => key))).toEqual([]);
  expect(repeated(topics.map(({ id }) => id))).toEqual([]);
  for (const topic of topics) expect(repeated(postsOf(topic).flatMap(({ id }) => id ?? []))).toEqual([]);
});

it('names what is there: writers, categories, agents, earlier posts, topics in the same language', () => {
  const { topics, agents } = forum;
  const emails = demoPeople.filter(({ roles }) => roles.includes('agent')).map(({ email }) => email);
  for (const { email } of agents) expect(emails).toContain(email);
  for (const topic of topics) {
    expect(keysOf(forum)).toContain(topic.category);
    for (const { by, votes = [] } of saidIn(topic)) {
      for (const handle of [by, ...votes]) expect(writers).toContain(handle);
      expect([topic.id, votes.includes(by), repeated(votes)]).toEqual([topic.id, false, []]);
    }
    for (const [at, { to }] of postsOf(topic).entries())
      if (to !== undefined)
        expect(
          postsOf(topic)
            .slice(0, at)
            .map(({ id }) => id),
        ).toContain(to);
    const target = topics.find(({ id }) => id === topic.merged);
    if (topic.merged !== undefined) expect([target?.locale, target?.category]).toEqual([topic.locale, topic.category]);
  }
});

it('accepts answers to questions of members only, and gives a level to who writes twice', () => {
  for (const { id, kind = 'question', posts = [] } of forum.topics)
    if (posts.some(({ accepted }) => accepted)) expect([id, kind]).toEqual([id, 'question']);
  const said = forum.topics.flatMap(saidIn);
  for (const { handle, level } of forum.members)
    expect([handle, level]).toEqual([handle, said.filter(({ by }) => by === handle).length > 1 ? 2 : 0]);
});

it('says everything at a length that people write, and names every category in every language', () => {
  for (const topic of forum.topics) {
    expect([topic.id, topic.title.length >= 10 && topic.title.length <= 100]).toEqual([topic.id, true]);
    for (const { text } of saidIn(topic))
      expect([topic.id, text.trim().length >= 10 && text.length <= 1_500]).toEqual([topic.id, true]);
  }
  for (const { names } of forum.categories) expect(Object.keys(names)).toEqual([...forumLocales]);
});

/** As ISO 639-3 has them. */
const languages: Readonly<Record<string, string>> = { en: 'eng', fr: 'fra', pl: 'pol' };
it('is in the language that each topic says', () => {
  for (const topic of forum.topics) {
    const text = [topic.title, ...saidIn(topic).map((said) => said.text)].join('\n');
    const [likeliest] = francAll(text, { only: Object.values(languages) })[0] ?? [];
    expect([topic.id, likeliest]).toEqual([topic.id, languages[topic.locale]]);
  }
});

it('takes one of each list in turn', () => {
  expect(inTurn([['a', 'b', 'c'], ['x'], []])).toEqual(['a', 'x', 'b', 'c']);
});
