import { readdirSync, readFileSync } from 'node:fs';
import { compileMapping } from './compile.js';
import { parseMapping } from './load-mapping.js';
import { describeEvent, tryMapping } from '../testing/try-mapping.js';

const file = (path: string) => new URL(`../../../${path}`, import.meta.url);
const mappings = readdirSync(file('mappings'));

it.each(mappings)('%s is sound and names its schema for editors', (name) => {
  const text = readFileSync(file(`mappings/${name}`), 'utf8');
  expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/mapping\.schema\.json\n/);
  expect(compileMapping(parseMapping(text, name), name).mapping.source).toMatch(/^[a-z0-9-]+$/);
});

describe('the examples to copy', () => {
  const run = (mapping: string, example: string) =>
    tryMapping(readFileSync(file(`mappings/${mapping}`), 'utf8'), readFileSync(file(`examples/${example}`)), example);
  const short = (told: readonly string[]) => told.map((event) => event.replace(/"(replyId|noteId)":"[^"]*",/, ''));

  it('one row per update', async () => {
    const { events, rejections, unmapped, staged } = await run('one-row-per-update.yaml', 'updates.csv');
    const first = events.filter(({ data }) => data['ticketId'] === events[0]!.data['ticketId']);
    expect(first.map(describeEvent).map((event) => event.replace(':00.000Z', ''))).toEqual([
      '2025-03-29T15:10 TicketOpened {"number":"A-100","requesterId":"anna@example.org","subject":"Invoice; second page is blank","channel":"email","departmentId":"Service desk","priority":"normal","device":"unknown","locale":"und"} by requester anna@example.org',
      '2025-03-29T15:10 TicketQueued {"departmentId":"Service desk","priority":"normal"}',
      '2025-03-29T15:10 TicketTagged {"tags":["billing"]}',
      '2025-03-29T15:25 TicketAssigned {"agentId":"Mia","departmentId":"Service desk"} by agent Mia',
      '2025-03-30T00:30 TicketPaused {"reason":"requester"} by agent Mia',
      '2025-03-30T01:30 TicketTransferred {"fromDepartmentId":"Service desk","toDepartmentId":"Accounts","reason":"not recorded"} by agent Noé',
      '2025-03-30T01:30 PriorityChanged {"from":"normal","to":"high"} by agent Noé',
      '2025-03-30T01:30 TicketTagged {"tags":["billing","printing"]} by agent Noé',
      '2025-03-30T01:30 TicketResumed by agent Noé',
      '2025-03-30T01:30 TicketAssigned {"agentId":"Noé","departmentId":"Accounts"} by agent Noé',
      '2025-03-31T08:00 TicketResolved {"agentId":"Noé","departmentId":"Accounts"} by agent Noé',
      '2025-03-31T09:00 TicketReopened by agent Noé',
      '2025-03-31T09:40 TicketResolved {"agentId":"Noé","departmentId":"Accounts"} by agent Noé',
      '2025-04-14T00:00 TicketClosed {"automatic":false} by bot autoclose',
    ]);
    expect(rejections).toEqual(['15 A-103 rows.time: "31.04.2025 10:00" is no time of the form dd.MM.yyyy HH:mm']);
    expect(staged).toMatchObject({ read: 16, duplicates: 1, ignored: 1, staged: 13 });
    expect([...unmapped.keys()]).toEqual(['ticket.channel', 'state.values']);
  });

  it('one line per ticket', async () => {
    const { told, events, rejections } = await run('one-line-per-ticket.yaml', 'conversations.jsonl');
    const first = events.filter(({ data }) => data['ticketId'] === events[0]!.data['ticketId']);
    expect(short(first.map(describeEvent))).toEqual([
      '2025-05-05T06:00 TicketOpened {"number":"#501","requesterId":"u-9","requesterName":"Dora","requesterEmail":"dora@example.org","subject":"Where is my parcel?","body":"Ordered two weeks ago.","channel":"email","locale":"de-AT","device":"unknown"} by requester u-9',
      '2025-05-05T06:00 TicketQueued {"departmentId":null,"priority":"normal"}',
      '2025-05-05T06:00 TicketTagged {"tags":["delivery"]}',
      '2025-05-05T06:00:03.000Z AgentReplied {"body":"We have your message.","agentId":"trigger","automatic":true} by bot trigger',
      '2025-05-05T06:10 TicketTransferred {"fromDepartmentId":null,"toDepartmentId":"Delivery","reason":"not recorded"} by agent a-1',
      '2025-05-05T06:10 TicketAssigned {"agentId":"a-1","departmentId":"Delivery"} by agent a-1',
      '2025-05-05T06:41 AgentReplied {"body":"Which order is it?","agentId":"a-1","automatic":false} by agent a-1',
      '2025-05-05T06:41 TicketPaused {"reason":"requester"} by agent a-1',
      '2025-05-05T07:15 RequesterReplied {"body":"Number 4711."} by requester u-9',
      '2025-05-05T07:15 TicketResumed by bot trigger',
      '2025-05-05T07:20 InternalNoteAdded {"agentId":"a-1","body":"Carrier says Friday."} by agent a-1',
      '2025-05-05T07:30 TicketResolved {"agentId":"a-1","departmentId":"Delivery"} by agent a-1',
      '2025-05-06T07:30 TicketReopened by agent a-2',
      '2025-05-06T08:30 TicketResolved {"agentId":"a-2","departmentId":"Delivery"} by agent a-2',
      '2025-05-11T08:30 TicketClosed {"automatic":true} by bot trigger',
    ]);
    expect(told.filter((event) => event.includes('TicketOpened'))).toHaveLength(4);
    expect(rejections[0]).toMatch(/^5 is no JSON/);
  });

  it('one row per ticket', async () => {
    const { told } = await run('one-row-per-ticket.yaml', 'tickets.csv');
    expect(short(told).filter((event) => !event.includes('TicketOpened'))).toEqual([
      '2025-03-08T14:15 TicketQueued {"departmentId":"Support","priority":"high"}',
      '2025-03-08T14:40 TicketAssigned {"agentId":"Kim","departmentId":"Support"} by agent Kim',
      '2025-03-08T14:40 AgentReplied {"body":"","agentId":"Kim","automatic":false} by agent Kim',
      '2025-03-09T20:05 TicketResolved {"agentId":"Kim","departmentId":"Support"} by agent Kim',
      '2025-03-16T20:05 TicketClosed {"automatic":true}',
      '2025-03-09T06:30 TicketQueued {"departmentId":"Support","priority":"low"}',
      '2025-03-09T07:30 TicketAssigned {"agentId":"Lou","departmentId":"Support"} by agent Lou',
      '2025-03-09T07:30 AgentReplied {"body":"","agentId":"Lou","automatic":false} by agent Lou',
      '2025-03-10T16:00 TicketQueued {"departmentId":null,"priority":"normal"}',
      '2025-03-12T04:00 TicketClosed {"automatic":true}',
    ]);
  });
});
