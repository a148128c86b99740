import { TopicCounter1764403200001 } from './1764403200001-topic-counter.migration.js';
import { MemberIdentity1764403200011 } from './1764403200011-member-identity.migration.js';
import { Holding1764403200012 } from './1764403200012-holding.migration.js';
import { Reading1764403200013 } from './1764403200013-reading.migration.js';
import { Notice1764403200031 } from './1764403200031-notice.migration.js';

import { BarredPeople1764403200021 } from './1764403200021-barred-people.migration.js';

/** The community's own tables; they come after those of event-sourcing and messaging. */
export const communityMigrations = [
  TopicCounter1764403200001,
  MemberIdentity1764403200011,
  Holding1764403200012,
  Reading1764403200013,
  BarredPeople1764403200021,
  Notice1764403200031,
];
