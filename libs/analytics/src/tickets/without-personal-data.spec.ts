import { eventContracts, personalDataPaths } from '@guichet/contracts';
import { withoutPersonalData } from './without-personal-data.js';

it('leaves out what people wrote and are called, and keeps ids', () => {
  const opened = {
    number: 'GU-1',
    requesterId: 'r1',
    requesterName: 'Rita',
    requesterEmail: 'r@x.test',
    subject: 'Help',
    body: 'me',
    channel: 'portal',
  };
  expect(withoutPersonalData('TicketOpened', opened)).toEqual({ number: 'GU-1', requesterId: 'r1', channel: 'portal' });
  expect(withoutPersonalData('AgentReplied', { agentId: 'ada', body: 'Done.', automatic: false })).toEqual({
    agentId: 'ada',
    automatic: false,
  });
  expect(
    withoutPersonalData('TicketTransferred', {
      toDepartmentId: 'billing',
      reason: 'Mrs Moreau is ill',
      level: 2,
      note: '',
    }),
  ).toEqual({ toDepartmentId: 'billing', level: 2 });
  expect(withoutPersonalData('TicketTagged', { tags: ['moreau'] })).toEqual({});
  expect(withoutPersonalData('NeverHeardOf', { x: 1 })).toEqual({ x: 1 });
});

it('reaches every marked field', () => {
  for (const { type } of eventContracts) {
    for (const path of personalDataPaths(type)) expect(path).toMatch(/^\/[A-Za-z]+$/);
  }
});
